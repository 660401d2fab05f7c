import { isWithin } from "#protocol/remote_path.ts";
import type { SnapshotOperation } from "#protocol/replies.ts";
import { innerPath } from "../storage/subtree.ts";
import type { Access } from "./access.ts";

/**
 * Leaves out of what a connection does what somebody who looks must not know of it: its address, which is
 * for admins alone, and the path of others, which is for those who may see their folder.
 *
 * @param viewer Who looks.
 * @param operation What the connection does, its path from the real root.
 * @param of Who the connection acts for; `undefined` when that is not known, so that only an admin of
 * everything learns more than that it is there.
 * @returns What may be shown, named from where the viewer stands.
 */
export function seenOperation(
  viewer: Access,
  operation: SnapshotOperation,
  of: Access | undefined,
): SnapshotOperation {
  const isAdmin = viewer.role === "admin";
  if (isAdmin && viewer.base === "") return operation;
  const { peer, path, ...rest } = operation;
  const isOwn = viewer.token !== undefined && viewer.token.id === of?.token?.id;
  const mayKnowPeer = isAdmin && of !== undefined && isWithin(of.base, viewer.base);
  const mayKnowPath = isOwn || (isAdmin && of !== undefined);
  const inner = mayKnowPath && path !== undefined ? innerPath(viewer.base, path) : undefined;
  return {
    ...rest,
    peer: mayKnowPeer ? peer : "",
    ...(inner === undefined ? {} : { path: inner }),
  };
}
