import type { SluiceClient } from "#client/mod.ts";
import type { GatewayLimits } from "./gateway_limits.ts";
import type { LoginGuard } from "./guards/login_guard.ts";
import type { Slots } from "./slots.ts";

/** What all routes of one gateway share. */
export interface GatewayContext {
  /** The gateway is a client of the file server, and nothing else. */
  readonly client: SluiceClient;
  /** Address of the file server, for people. */
  readonly server: string;
  readonly limits: GatewayLimits;
  /** Where browsers come when a proxy is in front of the gateway: `https://NAME`. */
  readonly publicOrigin: string | undefined;
  /** Whether nobody is served without an access token, even by a file server that asks for none. */
  readonly requiresToken: boolean;
  /** Watches who shows wrong tokens. */
  readonly logins: LoginGuard;
  /** Downloads, previews, archives and uploads under way. */
  readonly transfers: Slots;
  /** Event streams that are open. */
  readonly eventStreams: Slots;
  /** Told of a fault of this program; gives the id under which its log has the cause. */
  readonly onFault: (error: unknown) => string;
}
