import { resolve } from "node:path";
import { escapeText } from "#protocol/escape_text.ts";
import type { RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { findSameFiles } from "../../trees/compare_digests.ts";
import { type ReadTree, readTree } from "../../trees/read_tree.ts";
import type { TreeEntry } from "../../trees/tree_entry.ts";
import { compileTreeFilter } from "../../trees/tree_filter.ts";
import { walkLocal } from "../../trees/walk_local.ts";
import { walkRemote } from "../../trees/walk_remote.ts";
import type { ClientApi } from "../client_api.ts";
import type { CommandRun } from "../context.ts";
import { localFailure } from "../output/failure.ts";
import { parseRemoteArgument } from "../remote_argument.ts";
import { required } from "../required_argument.ts";
import type { VerifyFlags } from "../tree_routes.ts";

/** How two entries of one path differ. */
type Difference =
  | "only here"
  | "only on the server"
  | "kind differs"
  | "size differs"
  | "bytes differ";

/**
 * `verify LOCAL REMOTE`: compares a file or a whole tree by digests, and moves nothing.
 *
 * @param run The command under way.
 * @param typedLocal File or folder of this machine.
 * @param typedRemote File or folder of the server.
 */
export async function verify(
  run: CommandRun<VerifyFlags>,
  typedLocal?: string,
  typedRemote?: string,
): Promise<void> {
  const { environment, flags, report } = run;
  const local = await required(run, typedLocal, "Cannot verify", "File or folder of this machine");
  const remote = await required(run, typedRemote, "Cannot verify", "File or folder of the server");
  const localPath = resolve(environment.workingFolder, local);
  const remotePath = parseRemoteArgument(remote);
  await using client = await environment.connect({
    server: flags.server,
    connections: flags.jobs + 1,
  });
  const here = await readHere(run, localPath);
  const there = await readThere(run, client, remotePath);
  for (const { path, error } of [...here.failures, ...there.failures]) report.failure(error, path);
  const differing = compareEntries(here, there);
  const candidates = [...here.entries.values()]
    .filter(({ path, kind }) => kind === "file" && !differing.has(path))
    .map(({ path }) => path);
  const failed = new Set<string>();
  const same = await findSameFiles(client, candidates, {
    localFolder: localPath,
    remoteFolder: remotePath,
    atOnce: flags.jobs,
    signal: environment.signal,
    onFailure: (path, error) => {
      failed.add(path);
      report.failure(error, path);
    },
  });
  for (const path of candidates) {
    if (!same.has(path) && !failed.has(path)) differing.set(path, "bytes differ");
  }
  writeDifferences(run, differing, same.size, local);
}

function writeDifferences(
  run: CommandRun<VerifyFlags>,
  differing: ReadonlyMap<string, Difference>,
  sameFiles: number,
  local: string,
): void {
  const { report } = run;
  const sorted = [...differing].sort(([a], [b]) => a < b ? -1 : 1);
  for (const [path, difference] of sorted) {
    const name = path === "" ? local : path;
    report.result({ name, difference }, `${difference}: ${escapeText(name)}`);
  }
  if (differing.size > 0) {
    const count = `${differing.size} ${differing.size === 1 ? "entry differs" : "entries differ"}`;
    report.failure(new SluiceError("checksum_mismatch", `Cannot verify "${local}": ${count}`));
  } else if (report.exitCode === 0) {
    report.note(`${sameFiles} ${sameFiles === 1 ? "file is" : "files are"} the same`);
  }
}

async function readHere(run: CommandRun<VerifyFlags>, localPath: string): Promise<ReadTree> {
  const { signal } = run.environment;
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(localPath);
  } catch (error) {
    throw localFailure(`Cannot verify "${localPath}"`, error);
  }
  if (!info.isDirectory) return single({ kind: "file", sizeBytes: info.size, modifiedAtMs: 0 });
  const filter = compileTreeFilter(run.flags);
  return await readTree(filter, (noting) => walkLocal(localPath, { filter: noting, signal }));
}

async function readThere(
  run: CommandRun<VerifyFlags>,
  client: ClientApi,
  remotePath: RemotePath,
): Promise<ReadTree> {
  const { signal } = run.environment;
  const info = await client.stat(remotePath, { signal });
  if (info.kind !== "folder") return single(info);
  const filter = compileTreeFilter(run.flags);
  return await readTree(
    filter,
    (noting) => walkRemote(client, remotePath, { filter: noting, signal }),
  );
}

/** A tree that is one file. */
function single(entry: Omit<TreeEntry, "path">): ReadTree {
  const { kind, sizeBytes, modifiedAtMs } = entry;
  const entries = new Map([["", { path: "", kind, sizeBytes, modifiedAtMs }]]);
  return { entries, leftOut: new Set(), failures: [] };
}

/** Finds what differs without any byte being read. */
function compareEntries(here: ReadTree, there: ReadTree): Map<string, Difference> {
  const differing = new Map<string, Difference>();
  for (const [path, one] of here.entries) {
    const other = there.entries.get(path);
    if (other === undefined && !isMoved(one)) continue;
    if (other === undefined) differing.set(path, "only here");
    else if (other.kind !== one.kind) differing.set(path, "kind differs");
    else if (other.sizeBytes !== one.sizeBytes) differing.set(path, "size differs");
  }
  for (const [path, one] of there.entries) {
    if (!here.entries.has(path) && isMoved(one)) differing.set(path, "only on the server");
  }
  return differing;
}

/** Symbolic links and devices stay where they are: that they are on one side only is no difference. */
function isMoved({ kind }: TreeEntry): boolean {
  return kind === "file" || kind === "folder";
}
