import type { ThrottleChange } from "#protocol/throttle.ts";
import type { FleetMember } from "./processes/fleet.ts";
import type { ServerControls } from "./server_controls.ts";

/** What keeps a server's root for it, and its place among the processes of the server. */
export interface ServerPlace {
  readonly claim: Disposable;
  readonly member: FleetMember | undefined;
  /** For its workers: `xxh128Module`. */
  readonly xxh128: WebAssembly.Module;
  /** What can be changed while it runs; the server ends it. */
  readonly controls: ServerControls;
  /** Tells the other processes that a client has changed the rates of the whole server. */
  readonly onThrottle?: ((change: ThrottleChange) => void) | undefined;
}
