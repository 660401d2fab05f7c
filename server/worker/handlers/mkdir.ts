import { decodeControl } from "#protocol/control_payload.ts";
import { parseRemotePath, remoteParent, type RemotePath } from "#protocol/remote_path.ts";
import { type MkdirRequest, MkdirSchema } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { withOsErrors } from "../../storage/os_error.ts";
import { linkInTheWay } from "../../storage/root_folder.ts";
import type { RequestContext } from "../request_context.ts";

/** Serves MKDIR (docs/protocol.md §6.5). */
export function handleMkdir(context: RequestContext, payload: Uint8Array): Record<string, never> {
  const request = decodeControl(MkdirSchema, payload);
  const path = parseRemotePath(request.path);
  const act = `make folder "${path}"`;
  context.history.path = path;
  context.guard.requireName(path, act, true);
  const { root } = context.storage;
  const isMade = path === ""
    ? requireParents(request, act)
    : makeFolder(context, request, path, act);
  if (request.modifiedAtMs !== undefined) root.setModified(path, request.modifiedAtMs, act);
  context.history.isQuiet = !isMade;
  if (!isMade) return {};
  context.noteChange();
  root.syncFolder(remoteParent(path));
  context.emit({ kind: "changed", operation: "mkdir", path, requestId: context.requestId });
  return {};
}

/** Root is always there; nothing is made. */
function requireParents(request: MkdirRequest, act: string): false {
  if (request.parents) return false;
  throw new SluiceError("already_exists", `Cannot ${act}: it is root`);
}

/** Makes a folder; says whether it was missing. */
function makeFolder(
  context: RequestContext,
  request: MkdirRequest,
  path: RemotePath,
  act: string,
): boolean {
  const { root, lock } = context.storage;
  if (request.parents && root.makeFolders(remoteParent(path), act)) context.noteChange();
  return lock.hold(() => {
    const there = request.parents ? root.statIfThere(path, act) : undefined;
    if (there?.isDirectory) return false;
    if (there?.isSymlink) throw linkInTheWay(act);
    const local = root.locate(path, act);
    withOsErrors(act, () => Deno.mkdirSync(local));
    return true;
  });
}
