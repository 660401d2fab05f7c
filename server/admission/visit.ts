import type { SluiceError } from "#protocol/sluice_error.ts";
import type { Offence } from "./offence.ts";

/** What the admission hears of one connection that it let in. */
export interface Visit {
  /** It has shown who it is: hello and token have passed. */
  greeted(): void;
  /** The server ends it, and says why. */
  ended(error: SluiceError, isGreeted: boolean): void;
  /** It did something wrong. */
  offend(offence: Offence): void;
  /** It is closed. Further calls do nothing. */
  leave(): void;
}
