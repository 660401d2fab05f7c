import { decodeControl } from "#protocol/control_payload.ts";
import { parseRemotePath, remoteParent } from "#protocol/remote_path.ts";
import { MkdirSchema } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { withOsErrors } from "../../storage/os_error.ts";
import { linkInTheWay } from "../../storage/root_folder.ts";
import type { RequestContext } from "../request_context.ts";

/** Serves MKDIR (docs/protocol.md §6.5). */
export function handleMkdir(context: RequestContext, payload: Uint8Array): Record<string, never> {
  const request = decodeControl(MkdirSchema, payload);
  const path = parseRemotePath(request.path);
  const act = `make folder "${path}"`;
  const { root, lock } = context.storage;
  if (path === "") {
    if (request.parents) return {};
    throw new SluiceError("already_exists", `Cannot ${act}: it is root`);
  }
  if (request.parents) root.makeFolders(remoteParent(path), act);
  const isMade = lock.hold(() => {
    const there = request.parents ? root.statIfThere(path, act) : undefined;
    if (there?.isDirectory) return false;
    if (there?.isSymlink) throw linkInTheWay(act);
    const local = root.locate(path, act);
    withOsErrors(act, () => Deno.mkdirSync(local));
    return true;
  });
  if (!isMade) return {};
  root.syncFolder(remoteParent(path));
  context.emit({ kind: "changed", operation: "mkdir", path, requestId: context.requestId });
  return {};
}
