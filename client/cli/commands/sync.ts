import { join, resolve } from "node:path";
import { escapeText } from "#protocol/escape_text.ts";
import { joinRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { isThere } from "../../is_there.ts";
import { findSameFiles } from "../../trees/compare_digests.ts";
import { LocalFolders } from "../../trees/local_folders.ts";
import { planSync, type SyncStep } from "../../trees/plan_sync.ts";
import { type ReadTree, readTree } from "../../trees/read_tree.ts";
import type { TreeEntry } from "../../trees/tree_entry.ts";
import { compileTreeFilter } from "../../trees/tree_filter.ts";
import { walkLocal } from "../../trees/walk_local.ts";
import { walkRemote } from "../../trees/walk_remote.ts";
import type { ClientApi } from "../client_api.ts";
import type { CommandRun } from "../context.ts";
import type { SyncFlags } from "../tree_routes.ts";
import type { Report } from "../output/report.ts";
import { parseRemoteArgument } from "../remote_argument.ts";
import { required } from "../required_argument.ts";
import { SyncDeletes } from "../transfers/sync_deletes.ts";
import { runTransfers } from "../transfers/run_transfers.ts";
import type { TransferPlan } from "../transfers/transfer_plan.ts";
import { connectForTransfers } from "../transfers/connect_for_transfers.ts";

/** Times may be cut to whole milliseconds on their way through a file system. */
const SAME_TIME_MS = 1;

/** The two sides of a sync. */
export interface SyncSides {
  readonly localFolder: string;
  readonly remoteFolder: RemotePath;
  readonly local: ReadTree;
  readonly remote: ReadTree;
}

/**
 * `sync LOCAL REMOTE`: makes one side like the other, and moves only what differs.
 *
 * @param run The command under way.
 * @param typedLocal Folder of this machine.
 * @param typedRemote Folder of the server.
 */
export async function sync(
  run: CommandRun<SyncFlags>,
  typedLocal?: string,
  typedRemote?: string,
): Promise<void> {
  const local = await required(run, typedLocal, "Cannot sync", "Folder of this machine");
  const remote = await required(run, typedRemote, "Cannot sync", "Folder of the server");
  const localFolder = resolve(run.environment.workingFolder, local);
  const flags = { ...run.flags, recursive: true } as const;
  await using client = await connectForTransfers({ ...run, flags }, flags.jobs);
  const sides = await readSides(run, client, localFolder, parseRemoteArgument(remote));
  const steps = await plan(run, client, sides);
  await carryOut(run, client, sides, steps);
}

async function readSides(
  run: CommandRun<SyncFlags>,
  client: ClientApi,
  localFolder: string,
  remoteFolder: RemotePath,
): Promise<SyncSides> {
  const { flags, environment: { signal } } = run;
  const filter = compileTreeFilter(flags);
  const [local, remote] = await Promise.all([
    readTree(filter, (noting) => walkLocal(localFolder, { filter: noting, signal })),
    readTree(filter, (noting) => walkRemote(client, remoteFolder, { filter: noting, signal }))
      .catch((error) => missingAsEmpty(error, flags.fromServer)),
  ]);
  const isMissing = local.failures.some(({ path }) => path === "");
  const isNew = isMissing && flags.fromServer && !(await isThere(localFolder));
  return { localFolder, remoteFolder, local: isNew ? EMPTY : local, remote };
}

const EMPTY: ReadTree = { entries: new Map(), leftOut: new Set(), failures: [] };

/** A target that is not there yet is made; a source must be there. */
function missingAsEmpty(error: unknown, isSource: boolean): ReadTree {
  if (!isSource && error instanceof SluiceError && error.code === "not_found") return EMPTY;
  throw error;
}

async function plan(
  run: CommandRun<SyncFlags>,
  client: ClientApi,
  sides: SyncSides,
): Promise<SyncStep[]> {
  const { flags, report } = run;
  const [source, target] = flags.fromServer
    ? [sides.remote, sides.local]
    : [sides.local, sides.remote];
  const failures = [...sides.local.failures, ...sides.remote.failures];
  for (const { path, error } of failures) report.failure(error, path);
  const mayDelete = flags.delete && failures.length === 0;
  if (flags.delete && !mayDelete) {
    report.note("nothing will be deleted, since not everything could be read");
  }
  for (const { path, kind } of source.entries.values()) {
    if (kind === "symlink") report.note(`skipped ${path}: it is a symbolic link`);
    if (kind === "other") report.note(`skipped ${path}: it is not a regular file`);
  }
  const same = flags.checksum ? await sameFiles(run, client, sides) : undefined;
  return planSync(source, target, {
    isSame: (one, other) => same?.has(one.path) ?? hasSameTime(one, other),
    mayDelete,
  });
}

function hasSameTime(one: TreeEntry, other: TreeEntry): boolean {
  return Math.abs(one.modifiedAtMs - other.modifiedAtMs) <= SAME_TIME_MS;
}

/** A file that could not be compared counts as another: moving it says what is wrong with it. */
async function sameFiles(
  run: CommandRun<SyncFlags>,
  client: ClientApi,
  sides: SyncSides,
): Promise<ReadonlySet<string>> {
  const { localFolder, remoteFolder, local, remote } = sides;
  const paths = [...local.entries.values()]
    .filter(({ path, kind, sizeBytes }) => {
      const other = remote.entries.get(path);
      return kind === "file" && other?.kind === "file" && other.sizeBytes === sizeBytes;
    })
    .map(({ path }) => path);
  return await findSameFiles(client, paths, {
    localFolder,
    remoteFolder,
    atOnce: run.flags.jobs,
    signal: run.environment.signal,
    onFailure: () => {},
  });
}

async function carryOut(
  run: CommandRun<SyncFlags>,
  client: ClientApi,
  sides: SyncSides,
  steps: readonly SyncStep[],
): Promise<void> {
  const { flags, report } = run;
  if (steps.length === 0) {
    if (report.exitCode === 0) report.note("nothing to do: both sides are the same");
    return;
  }
  const deletes = new SyncDeletes(run, client, sides);
  const firstMove = steps.findIndex(({ kind }) => kind !== "delete");
  const [before, rest] = firstMove === -1
    ? [steps, []]
    : [steps.slice(0, firstMove), steps.slice(firstMove)];
  await deletes.run(before);
  const moves = rest.filter(({ kind }) => kind !== "delete");
  if (moves.length > 0) {
    const transferFlags = {
      ...flags,
      recursive: true,
      onConflict: "overwrite",
      resume: true,
      verify: "xxh128",
    } as const;
    await runTransfers({ ...run, flags: transferFlags }, client, {
      direction: flags.fromServer ? "download" : "upload",
      plan: planMoves(run, sides, moves),
      atOnce: flags.jobs,
      isSingle: false,
      folder: sides.localFolder,
    });
  }
  await deletes.run(rest.filter(({ kind }) => kind === "delete"));
}

async function* planMoves(
  run: CommandRun<SyncFlags>,
  sides: SyncSides,
  steps: readonly SyncStep[],
): TransferPlan {
  const { localFolder, remoteFolder, local, remote } = sides;
  const { flags, environment, report } = run;
  const source = flags.fromServer ? remote : local;
  const folders = new LocalFolders(localFolder, { os: environment.os, isDryRun: flags.dryRun });
  const touched = new Set<string>();
  if (flags.fromServer) folders.makeRoot();
  for (const step of steps) {
    const { path } = step;
    try {
      // Checks names, and that no symbolic link stands above: the server chose them.
      const localPath = flags.fromServer ? folders.pathOf(path) : join(localFolder, path);
      if (localPath === undefined) continue;
      touched.add(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
      if (step.kind === "conflict") throw conflictError(path, step.entry);
      if (step.kind === "folder") {
        touched.add(path);
        if (flags.fromServer) folders.make(path);
        if (flags.dryRun) reportFolder(report, path);
      } else if (step.kind === "transfer") {
        const remotePath = joinRemotePath(remoteFolder, path);
        const direction = flags.fromServer ? "download" : "upload";
        const { sizeBytes } = step.source;
        yield { kind: "job", direction, localPath, remotePath, label: path, sizeBytes };
      }
    } catch (error) {
      yield { kind: "failure", name: path, error };
    }
  }
  for (const path of touched) {
    const modifiedAtMs = source.entries.get(path)?.modifiedAtMs;
    if (modifiedAtMs === undefined) continue;
    const remotePath = joinRemotePath(remoteFolder, path);
    yield { kind: "folder", localPath: join(localFolder, path), remotePath, modifiedAtMs };
  }
  await Promise.resolve();
}

function reportFolder(report: Report, path: string): void {
  const record = { name: path, action: "make folder", dryRun: true };
  report.result(record, `would make folder ${escapeText(path)}/`);
}

function conflictError(path: string, entry: TreeEntry): SluiceError {
  const what = entry.kind === "folder" ? "a folder" : `a ${entry.kind}`;
  const code = entry.kind === "folder" ? "is_a_folder" : "already_exists";
  return new SluiceError(code, `Cannot sync "${path}": ${what} has that name on the other side`);
}
