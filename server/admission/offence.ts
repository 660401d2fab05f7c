import type { SluiceError } from "#protocol/sluice_error.ts";
import { HUNG } from "../worker_handle.ts";

/** What a peer can do wrong. */
export type Offence =
  | "crash"
  | "malformed"
  | "late"
  | "token_refused"
  | "token_missing"
  | "stranger";

/** What each offence adds to the penalty of its address, in ms. */
export const PENALTIES: Readonly<Record<Offence, number>> = {
  /** A worker failed while it served the client. */
  crash: 60_000,
  /** Bytes that break the protocol. */
  malformed: 10_000,
  /** No hello in time. */
  late: 10_000,
  /** A token that is not accepted. */
  token_refused: 5_000,
  /** No token where one is asked for. */
  token_missing: 1_000,
  /** Another protocol, or another version of this one. */
  stranger: 1_000,
};

/** All offences. */
export const OFFENCES: readonly Offence[] = Object.keys(PENALTIES) as Offence[];

/**
 * Says what a connection did wrong that a server ends.
 *
 * @param error What the peer is told.
 * @param isGreeted Whether it had been welcomed.
 * @returns `undefined` when it is nobody's fault, or of no harm.
 */
export function offenceOf(error: SluiceError, isGreeted: boolean): Offence | undefined {
  switch (error.code) {
    case "internal":
      // Why a worker was lost is a text, and any other fault the server's own; one that hangs says more of the disk
      // than of the client.
      return typeof error.cause === "string" && error.cause !== HUNG ? "crash" : undefined;
    case "protocol_error":
      return "malformed";
    case "invalid_request":
      return isGreeted ? undefined : "malformed";
    case "timeout":
      return isGreeted ? undefined : "late";
    case "token_refused":
      // One that was revoked meanwhile was good when it came.
      return isGreeted ? undefined : "token_refused";
    case "token_required":
      return isGreeted ? undefined : "token_missing";
    default:
      return undefined;
  }
}
