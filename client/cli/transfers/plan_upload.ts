import { basename, join, resolve } from "node:path";
import { joinRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { CommandRun } from "../context.ts";
import type { TransferFlags } from "../flags.ts";
import { localFailure } from "../output/failure.ts";
import { parseRemoteArgument } from "../remote_argument.ts";
import type { TreeEntry } from "../../trees/tree_entry.ts";
import { compileTreeFilter } from "../../trees/tree_filter.ts";
import { walkLocal } from "../../trees/walk_local.ts";
import type { PlanItem, PlannedFolder, TransferPlan, TreePlanOptions } from "./transfer_plan.ts";

/**
 * Finds the files and folders to upload.
 *
 * @param run The command under way.
 * @param typed Local paths as typed.
 */
export async function* planUpload(
  run: CommandRun<TransferFlags>,
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
      yield* planArgument(run, name, localPath, target);
    } catch (error) {
      yield { kind: "failure", name, error };
    }
  }
}

async function* planArgument(
  run: CommandRun<TransferFlags>,
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
    const modifiedAtMs = info.mtime?.getTime() ?? 0;
    const tree = { kind: "folder", localPath, remotePath: target, modifiedAtMs } as const;
    const filter = compileTreeFilter(run.flags);
    const { signal } = run.environment;
    yield* planUploadTree(tree, { filter, signal, labelFrom: Math.max(0, prefix) });
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

/**
 * Finds what a local folder holds.
 *
 * @param tree The folder, and where it goes.
 * @param options What is wanted of it.
 */
export async function* planUploadTree(tree: PlannedFolder, options: TreePlanOptions): TransferPlan {
  const { filter, signal, labelFrom } = options;
  yield tree;
  for await (const entry of walkLocal(tree.localPath, { filter, signal })) {
    const localPath = entry.path === "" ? tree.localPath : join(tree.localPath, entry.path);
    try {
      if (entry.kind === "failure") throw entry.error;
      yield planEntry(entry, localPath, joinRemotePath(tree.remotePath, entry.path), labelFrom);
    } catch (error) {
      yield { kind: "failure", name: localPath, error };
    }
  }
}

function planEntry(
  entry: TreeEntry,
  localPath: string,
  remotePath: RemotePath,
  labelFrom: number,
): PlanItem {
  const { kind, sizeBytes, modifiedAtMs } = entry;
  if (kind === "folder") return { kind, localPath, remotePath, modifiedAtMs };
  if (kind === "file") {
    const label = remotePath.slice(labelFrom);
    return { kind: "job", direction: "upload", localPath, remotePath, label, sizeBytes };
  }
  const what = kind === "symlink" ? "a symbolic link" : "not a regular file";
  return { kind: "note", text: `skipped ${localPath}: it is ${what}` };
}

async function statLocal(typed: string, localPath: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(localPath);
  } catch (error) {
    throw localFailure(`Cannot upload "${typed}"`, error);
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
