import type { AccessRole } from "#protocol/access_role.ts";
import { type RemotePath, ROOT_PATH } from "#protocol/remote_path.ts";

/** Who a connection acts for, and what that allows. Plain data: workers get it with each lease. */
export interface Access {
  readonly role: AccessRole;
  /** Folder of root that looks like root to this connection; root itself for most. */
  readonly base: RemotePath;
  /** The token; `undefined` on a server that asks for none. */
  readonly token: { readonly id: string; readonly name: string } | undefined;
  /** What the token's folder may take; `undefined` for no limit of its own. */
  readonly quota?: TokenQuota | undefined;
}

/** The quota of an access token. */
export interface TokenQuota {
  readonly bytes: number;
  /** What is known of the bytes that it takes: `RoomCells`, shared by all workers. */
  readonly room: SharedArrayBuffer;
}

/** What everybody has on a server that asks for no token. */
export const OPEN_ACCESS: Access = { role: "admin", base: ROOT_PATH, token: undefined };
