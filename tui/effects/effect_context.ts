import { describeFailure } from "#client/cli/output/failure.ts";
import type { SluiceClient } from "#client/sluice_client.ts";
import type { MessageBody } from "../model/message.ts";

/** What effects share. */
export interface EffectContext {
  /** For calls that people wait for. Transfers have clients of their own, so no call waits behind one. */
  readonly client: SluiceClient;
  /** Gets the answers. */
  readonly post: (body: MessageBody) => void;
}

/**
 * Says why something failed.
 *
 * @param error What was thrown.
 * @returns One sentence for people; not escaped.
 */
export function reasonOf(error: unknown): string {
  return describeFailure(error).message;
}
