import type { AccessRole } from "#protocol/access_role.ts";
import { decodeControl } from "#protocol/control_payload.ts";
import { FrameType } from "#protocol/frame.ts";
import { DeleteSchema } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

/** What a request needs: always the same role, or one that its payload decides. */
type Need = AccessRole | ((payload: () => Uint8Array) => AccessRole);

/**
 * The role that each frame of a client needs: the one place where that is decided. What is not
 * listed here needs the most.
 *
 * DATA, PACKED, COMMIT and ABORT only go on with a PUT, which was asked about; without one they do nothing.
 */
const NEEDS: ReadonlyMap<number, Need> = new Map<number, Need>([
  [FrameType.LIST, "reader"],
  [FrameType.STAT, "reader"],
  [FrameType.GET, "reader"],
  [FrameType.FIND, "reader"],
  [FrameType.CHECKSUM, "reader"],
  [FrameType.ARCHIVE, "reader"],
  // Others' records and addresses are left out for all but admins.
  [FrameType.HISTORY, "reader"],
  [FrameType.WATCH, "reader"],
  [FrameType.STATUS, "reader"],
  [FrameType.PING, "reader"],
  [FrameType.CANCEL, "reader"],
  [FrameType.DATA, "reader"],
  [FrameType.PACKED, "reader"],
  [FrameType.COMMIT, "reader"],
  [FrameType.ABORT, "reader"],
  [FrameType.PUT, "writer"],
  [FrameType.PUBLISH, "writer"],
  [FrameType.MKDIR, "writer"],
  [FrameType.RENAME, "writer"],
  [FrameType.DELETE, needOfDelete],
  [FrameType.TRASH, "writer"],
  [FrameType.RESTORE, "writer"],
  [FrameType.EMPTY_TRASH, "admin"],
  [FrameType.THROTTLE, "admin"],
]);

/** Frame types from here on are the server's own. */
const FIRST_SERVER_TYPE = 0x40;

/**
 * Gives the least role that may send a frame.
 *
 * @param type Frame type.
 * @param payload Gives its payload, which few types need.
 * @returns The role; `undefined` when no client may send it at all, which others refuse.
 */
export function leastRole(type: FrameType, payload: () => Uint8Array): AccessRole | undefined {
  const isOfClients = type >= FrameType.LIST && type < FIRST_SERVER_TYPE;
  if (!isOfClients) return undefined;
  const need = NEEDS.get(type) ?? "admin";
  return typeof need === "function" ? need(payload) : need;
}

function needOfDelete(payload: () => Uint8Array): AccessRole {
  try {
    return decodeControl(DeleteSchema, payload()).permanent ? "admin" : "writer";
  } catch (error) {
    // Whoever serves it reads it in the same way, and says what is wrong with it.
    if (error instanceof SluiceError) return "writer";
    throw error;
  }
}
