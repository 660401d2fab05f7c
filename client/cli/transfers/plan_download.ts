import { join, resolve } from "node:path";
import type { Entry, EntryKind } from "#protocol/replies.ts";
import {
  joinRemotePath,
  parseRemoteName,
  remoteName,
  type RemotePath,
} from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { checkLocalName } from "../../local_name.ts";
import type { ClientApi } from "../client_api.ts";
import type { CommandRun } from "../context.ts";
import type { TransferFlags } from "../flags.ts";
import { localFailure } from "../output/failure.ts";
import { parseRemoteArgument } from "../remote_argument.ts";
import type { TransferPlan } from "./transfer_plan.ts";

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
    : { kind: "file" as EntryKind, sizeBytes: 0 };
  if (entry.kind === "folder") {
    if (!flags.recursive) {
      const message = `Cannot download "${remotePath || "/"}": it is a folder, add --recursive`;
      throw new SluiceError("is_a_folder", message);
    }
    const labelFrom = remotePath.length - remoteName(remotePath).length;
    yield* planFolder(run, client, remotePath, localPath, labelFrom);
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

/** @param labelFrom Where the part of a remote path begins that is shown. */
async function* planFolder(
  run: CommandRun<TransferFlags>,
  client: ClientApi,
  remoteFolder: RemotePath,
  localFolder: string,
  labelFrom: number,
): TransferPlan {
  const { signal, os } = run.environment;
  await makeLocalFolder(localFolder);
  const entries = await Array.fromAsync(client.list(remoteFolder, { signal }));
  for (const entry of entries) {
    if (signal.aborted) return;
    try {
      const localPath = localPathOf(localFolder, parseRemoteName(entry.name), os);
      const remotePath = joinRemotePath(remoteFolder, entry.name);
      if (entry.kind === "folder") {
        await refuseSymlink(localPath);
        yield* planFolder(run, client, remotePath, localPath, labelFrom);
      } else {
        yield* planEntry(entry, remotePath, localPath, labelFrom);
      }
    } catch (error) {
      const name = remoteFolder === "" ? entry.name : `${remoteFolder}/${entry.name}`;
      yield { kind: "failure", name, error };
    }
  }
}

async function* planEntry(
  entry: Entry,
  remotePath: RemotePath,
  localPath: string,
  labelFrom: number,
): TransferPlan {
  if (entry.kind !== "file") {
    const what = entry.kind === "symlink" ? "a symbolic link" : "not a regular file";
    yield { kind: "note", text: `skipped ${remotePath}: it is ${what}` };
    return;
  }
  await refuseLocalFolder(remotePath, localPath);
  yield {
    kind: "job",
    direction: "download",
    localPath,
    remotePath,
    label: remotePath.slice(labelFrom),
    sizeBytes: entry.sizeBytes,
  };
}

function localPathOf(folder: string, name: string, os: string): string {
  // Root has no name: what is in it goes into the folder itself.
  if (name === "") return folder;
  checkLocalName(name, os);
  return join(folder, name);
}

async function makeLocalFolder(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (error) {
    throw localFailure(`Cannot make folder "${folder}"`, error);
  }
}

async function refuseLocalFolder(remotePath: RemotePath, localPath: string): Promise<void> {
  const info = await lstatLocal(localPath);
  if (info?.isDirectory !== true) return;
  const message = `Cannot save "${remotePath}" as "${localPath}": a folder has that name`;
  throw new SluiceError("is_a_folder", message);
}

// A link in the way could lead what the server names out of the target folder.
async function refuseSymlink(localPath: string): Promise<void> {
  const info = await lstatLocal(localPath);
  if (info?.isSymlink !== true) return;
  const message = `Cannot save into "${localPath}": it is a symbolic link`;
  throw new SluiceError("permission_denied", message);
}

async function lstatLocal(localPath: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(localPath);
  } catch {
    // Not there, or not to be looked at: the transfer itself says so where it matters.
    return undefined;
  }
}
