import type { AccessRole } from "#protocol/access_role.ts";
import { type RemotePath, ROOT_PATH } from "#protocol/remote_path.ts";

/** Who a connection acts for, and what that allows. Plain data: workers get it with each lease. */
export interface Access {
  readonly role: AccessRole;
  /** Folder of root that looks like root to this connection; root itself for most. */
  readonly base: RemotePath;
  /** The token; `undefined` on a server that asks for none. */
  readonly token: { readonly id: string; readonly name: string } | undefined;
}

/** What everybody has on a server that asks for no token. */
export const OPEN_ACCESS: Access = { role: "admin", base: ROOT_PATH, token: undefined };
