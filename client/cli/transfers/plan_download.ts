import { join, resolve } from "node:path";
import type { EntryKind } from "#protocol/replies.ts";
import { parseRemotePath, remoteName, type RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { checkLocalName } from "../../local_name.ts";
import type { ClientApi } from "../client_api.ts";
import type { CommandRun } from "../context.ts";
import type { TransferFlags } from "../flags.ts";
import { parseRemoteArgument } from "../remote_argument.ts";
import type { TreeEntry } from "../../trees/tree_entry.ts";
import { compileTreeFilter } from "../../trees/tree_filter.ts";
import { type Finder, walkRemote } from "../../trees/walk_remote.ts";
import { LocalFolders, type LocalFoldersOptions } from "../../trees/local_folders.ts";
import type { PlanItem, PlannedFolder, TransferPlan, TreePlanOptions } from "./transfer_plan.ts";

/**
 * Finds the files to download, and makes their local folders, empty ones too. A name that the server
 * gives is one component of a path inside the target folder or is refused.
 *
 * @param run The command under way.
 * @param client Lists folders.
 * @param typed Remote paths as typed.
 */
export async function* planDownload(
  run: CommandRun<TransferFlags>,
  client: ClientApi,
  typed: readonly string[],
): TransferPlan {
  const { flags, environment } = run;
  const folder = resolve(environment.workingFolder, flags.to ?? ".");
  const taken = new Set<string>();
  for (const name of typed) {
    try {
      const remotePath = parseRemoteArgument(name);
      const localPath = flags.as === undefined
        ? localPathOf(folder, remoteName(remotePath), environment.os)
        : resolve(folder, flags.as);
      if (taken.has(localPath)) {
        const message = `Cannot download "${name}": another one is saved as "${localPath}"`;
        throw new SluiceError("already_exists", message);
      }
      taken.add(localPath);
      yield* planArgument(run, client, remotePath, localPath, typed.length > 1);
    } catch (error) {
      yield { kind: "failure", name, error };
    }
  }
}

async function* planArgument(
  run: CommandRun<TransferFlags>,
  client: ClientApi,
  remotePath: RemotePath,
  localPath: string,
  hasOthers: boolean,
): TransferPlan {
  const { flags, environment: { signal } } = run;
  // A single file saves the round trip: its size comes with its first byte.
  const entry = flags.recursive || hasOthers || remotePath === ""
    ? await client.stat(remotePath, { signal })
    : { kind: "file" as EntryKind, sizeBytes: 0, modifiedAtMs: 0 };
  if (entry.kind === "folder") {
    if (!flags.recursive) {
      const message = `Cannot download "${remotePath || "/"}": it is a folder, add --recursive`;
      throw new SluiceError("is_a_folder", message);
    }
    const labelFrom = remotePath.length - remoteName(remotePath).length;
    const { modifiedAtMs } = entry;
    const tree = { kind: "folder", localPath, remotePath, modifiedAtMs } as const;
    const { os } = run.environment;
    const filter = compileTreeFilter(flags);
    yield* planDownloadTree(client, tree, {
      filter,
      signal,
      labelFrom,
      os,
      isDryRun: flags.dryRun,
    });
    return;
  }
  if (entry.kind !== "file") {
    throw new SluiceError("not_a_file", `Cannot download "${remotePath}": it is a ${entry.kind}`);
  }
  await refuseLocalFolder(remotePath, localPath);
  const label = remoteName(remotePath);
  const { sizeBytes } = entry;
  yield { kind: "job", direction: "download", localPath, remotePath, label, sizeBytes };
}

/**
 * Finds what a folder of the server holds, and makes its local folders.
 *
 * @param client Lists what is there.
 * @param tree The folder, and where it goes.
 * @param options What is wanted of it, and how local folders are made.
 */
export async function* planDownloadTree(
  client: Finder,
  tree: PlannedFolder,
  options: TreePlanOptions & LocalFoldersOptions,
): TransferPlan {
  const { filter, signal, labelFrom } = options;
  const folders = new LocalFolders(tree.localPath, options);
  folders.makeRoot();
  yield tree;
  for await (const entry of walkRemote(client, tree.remotePath, { filter, signal })) {
    const remotePath = tree.remotePath === "" ? entry.path : `${tree.remotePath}/${entry.path}`;
    try {
      if (entry.kind === "failure") throw entry.error;
      const localPath = folders.pathOf(entry.path);
      // What lies in a folder that was refused is not worth a word of its own.
      if (localPath === undefined) continue;
      if (entry.kind === "folder") {
        const { modifiedAtMs } = entry;
        folders.make(entry.path);
        yield { kind: "folder", localPath, remotePath: parseRemotePath(remotePath), modifiedAtMs };
      } else {
        yield planEntry(entry, parseRemotePath(remotePath), localPath, labelFrom);
      }
    } catch (error) {
      yield { kind: "failure", name: remotePath, error };
    }
  }
}

function planEntry(
  entry: TreeEntry,
  remotePath: RemotePath,
  localPath: string,
  labelFrom: number,
): PlanItem {
  const { kind, sizeBytes } = entry;
  if (kind !== "file") {
    const what = kind === "symlink" ? "a symbolic link" : "not a regular file";
    return { kind: "note", text: `skipped ${remotePath}: it is ${what}` };
  }
  const label = remotePath.slice(labelFrom);
  return { kind: "job", direction: "download", localPath, remotePath, label, sizeBytes };
}

function localPathOf(folder: string, name: string, os: string): string {
  // Root has no name: what is in it goes into the folder itself.
  if (name === "") return folder;
  checkLocalName(name, os);
  return join(folder, name);
}

async function refuseLocalFolder(remotePath: RemotePath, localPath: string): Promise<void> {
  const info = await lstatLocal(localPath);
  if (info?.isDirectory !== true) return;
  const message = `Cannot save "${remotePath}" as "${localPath}": a folder has that name`;
  throw new SluiceError("is_a_folder", message);
}

async function lstatLocal(localPath: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(localPath);
  } catch {
    // Not there, or not to be looked at: the transfer itself says so where it matters.
    return undefined;
  }
}
