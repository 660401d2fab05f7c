import { basename, join, resolve } from "node:path";
import { joinRemotePath, type RemotePath, ROOT_PATH } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { ClientApi } from "../client_api.ts";
import type { CommandRun } from "../context.ts";
import type { TransferFlags } from "../flags.ts";
import { localFailure } from "../output/failure.ts";
import { parseRemoteArgument } from "../remote_argument.ts";
import type { TransferPlan } from "./transfer_plan.ts";

/**
 * Finds the files to upload, and makes their folders on the server, empty ones too.
 *
 * @param run The command under way.
 * @param client Makes folders.
 * @param typed Local paths as typed.
 */
export async function* planUpload(
  run: CommandRun<TransferFlags>,
  client: ClientApi,
  typed: readonly string[],
): TransferPlan {
  const { flags, environment } = run;
  const folder = parseRemoteArgument(flags.to ?? "");
  const wanted = flags.as === undefined
    ? undefined
    : parseRemoteArgument(`${folder}/${parseRemoteArgument(flags.as)}`);
  const taken = new Set<string>();
  for (const name of typed) {
    const localPath = resolve(environment.workingFolder, name);
    try {
      const target = wanted ?? joinRemotePath(folder, nameOf(name, localPath));
      if (taken.has(target)) {
        throw new SluiceError(
          "already_exists",
          `Cannot upload "${name}": another one is "${target}"`,
        );
      }
      taken.add(target);
      yield* planArgument(run, client, name, localPath, target);
    } catch (error) {
      yield { kind: "failure", name, error };
    }
  }
}

async function* planArgument(
  run: CommandRun<TransferFlags>,
  client: ClientApi,
  typed: string,
  localPath: string,
  target: RemotePath,
): TransferPlan {
  const info = await statLocal(typed, localPath);
  if (info.isDirectory) {
    if (!run.flags.recursive) {
      const message = `Cannot upload "${typed}": it is a folder, add --recursive`;
      throw new SluiceError("is_a_folder", message);
    }
    const prefix = target.length - nameOf(typed, localPath).length;
    yield* planFolder(run, client, localPath, target, Math.max(0, prefix));
  } else if (info.isFile) {
    yield {
      kind: "job",
      direction: "upload",
      localPath,
      remotePath: target,
      label: nameOf(typed, localPath),
      sizeBytes: info.size,
    };
  } else {
    throw new SluiceError("not_a_file", `Cannot upload "${typed}": it is not a regular file`);
  }
}

/** @param labelFrom Where the part of a remote path begins that is shown. */
async function* planFolder(
  run: CommandRun<TransferFlags>,
  client: ClientApi,
  localFolder: string,
  remoteFolder: RemotePath,
  labelFrom: number,
): TransferPlan {
  const { signal } = run.environment;
  if (remoteFolder !== ROOT_PATH) await client.mkdir(remoteFolder, { parents: true, signal });
  for (const entry of await readFolder(localFolder)) {
    if (signal.aborted) return;
    const localPath = join(localFolder, entry.name);
    try {
      if (entry.isSymlink) {
        yield { kind: "note", text: `skipped ${localPath}: it is a symbolic link` };
        continue;
      }
      const remotePath = joinRemotePath(remoteFolder, entry.name);
      if (entry.isDirectory) {
        yield* planFolder(run, client, localPath, remotePath, labelFrom);
        continue;
      }
      const info = await statLocal(localPath, localPath);
      yield info.isFile
        ? {
          kind: "job",
          direction: "upload",
          localPath,
          remotePath,
          label: remotePath.slice(labelFrom),
          sizeBytes: info.size,
        }
        : { kind: "note", text: `skipped ${localPath}: it is not a regular file` };
    } catch (error) {
      yield { kind: "failure", name: localPath, error };
    }
  }
}

async function statLocal(typed: string, localPath: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(localPath);
  } catch (error) {
    throw localFailure(`Cannot upload "${typed}"`, error);
  }
}

async function readFolder(localFolder: string): Promise<readonly Deno.DirEntry[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(localFolder));
    return entries.sort((a, b) => a.name < b.name ? -1 : 1);
  } catch (error) {
    throw localFailure(`Cannot read folder "${localFolder}"`, error);
  }
}

function nameOf(typed: string, localPath: string): string {
  const name = basename(localPath);
  if (name !== "") return name;
  throw new SluiceError(
    "invalid_name",
    `Cannot upload "${typed}": it has no name, give one by --as`,
  );
}
