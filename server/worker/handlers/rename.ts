import { decodeControl } from "#protocol/control_payload.ts";
import { isWithin, parseRemotePath, remoteParent, type RemotePath } from "#protocol/remote_path.ts";
import { RenameSchema } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { withOsErrors } from "../../storage/os_error.ts";
import type { RootFolder } from "../../storage/root_folder.ts";
import { outerPath } from "../../storage/subtree.ts";
import type { RequestContext } from "../request_context.ts";

/** Serves RENAME (docs/protocol.md §6.5): moves a file or folder, never replaces. */
export function handleRename(context: RequestContext, payload: Uint8Array): Record<string, never> {
  const request = decodeControl(RenameSchema, payload);
  const from = parseRemotePath(request.from);
  const to = parseRemotePath(request.to);
  const act = `rename "${from}"`;
  context.history.path = from;
  context.history.target = to;
  context.guard.requireWritable(act);
  if (from === "" || to === "") {
    throw new SluiceError("invalid_request", `Cannot ${act}: root stays`);
  }
  if (from !== to && isWithin(to, from)) {
    throw new SluiceError("invalid_request", `Cannot ${act}: "${to}" lies inside it`);
  }
  const { root, lock } = context.storage;
  lock.hold(() => {
    const source = root.stat(from, act);
    context.guard.requireName(to, act, source.isDirectory);
    const there = root.statIfThere(to, act);
    if (there !== undefined && !isSameEntry(from, to, source, there)) {
      throw new SluiceError("already_exists", `Cannot ${act}: "${to}" already exists`);
    }
    const [source_, target] = [root.locate(from, act), root.locate(to, act)];
    withOsErrors(act, () => Deno.renameSync(source_, target));
  });
  context.noteChange();
  syncParents(root, from, to);
  context.emit({
    kind: "changed",
    operation: `rename to "${outerPath(context.access.base, to)}":`,
    path: from,
    requestId: context.requestId,
  });
  return {};
}

// Where the file system folds case, "a" -> "A" finds the entry itself under the new name.
function isSameEntry(
  from: RemotePath,
  to: RemotePath,
  a: Deno.FileInfo,
  b: Deno.FileInfo,
): boolean {
  const fold = (path: string): string => path.normalize("NFC").toLowerCase();
  return from !== to && fold(from) === fold(to) && a.ino === b.ino && a.dev === b.dev;
}

function syncParents(root: RootFolder, from: RemotePath, to: RemotePath): void {
  root.syncFolder(remoteParent(to));
  if (remoteParent(from) !== remoteParent(to)) root.syncFolder(remoteParent(from));
}
