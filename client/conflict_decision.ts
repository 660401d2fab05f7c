import type { ConflictPolicy } from "#protocol/requests.ts";
import type { Conflict, TransferOptions } from "./types.ts";

/** The conflict policy of one transfer; when it is a function, that is asked once at most. */
export class ConflictDecision {
  #policy: ConflictPolicy | ((conflict: Conflict) => Promise<ConflictPolicy>);

  /** @param policy What the caller chose. */
  constructor(policy: TransferOptions["onConflict"]) {
    this.#policy = policy ?? "error";
  }

  /** The policy to go by; `error` while a function was not asked yet, so that conflicts show. */
  get policy(): ConflictPolicy {
    return typeof this.#policy === "function" ? "error" : this.#policy;
  }

  /** Whether a conflict can still be asked about. */
  get isOpen(): boolean {
    return typeof this.#policy === "function";
  }

  /**
   * Asks about a conflict, unless that was done before.
   *
   * @param conflict The name that is taken.
   * @returns The policy that holds from now on.
   */
  async decide(conflict: Conflict): Promise<ConflictPolicy> {
    if (typeof this.#policy === "function") this.#policy = await this.#policy(conflict);
    return this.#policy;
  }
}
