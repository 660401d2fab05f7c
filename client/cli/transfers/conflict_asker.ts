import type { ConflictPolicy } from "#protocol/requests.ts";
import type { Conflict } from "../../types.ts";
import type { Prompter } from "../prompt/prompter.ts";

const CHOICES: readonly { readonly label: string; readonly policy: ConflictPolicy }[] = [
  { label: "overwrite", policy: "overwrite" },
  { label: "keep both", policy: "rename" },
  { label: "skip", policy: "skip" },
];

/**
 * Asks what to do about taken names: one question at a time, and none any more once the person wants
 * the same for all.
 */
export class ConflictAsker {
  readonly #prompter: Prompter;
  readonly #hasOthers: boolean;
  #forAll: ConflictPolicy | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  /**
   * @param prompter Asks.
   * @param hasOthers Whether "the same for all" makes sense.
   */
  constructor(prompter: Prompter, hasOthers: boolean) {
    this.#prompter = prompter;
    this.#hasOthers = hasOthers;
  }

  /**
   * @param conflict The name that is taken.
   * @returns What the person chose; `error` when no answer comes.
   */
  ask(conflict: Conflict): Promise<ConflictPolicy> {
    const answer = this.#queue.then(() => this.#forAll ?? this.#askOne(conflict));
    this.#queue = answer.catch(() => {});
    return answer;
  }

  async #askOne(conflict: Conflict): Promise<ConflictPolicy> {
    const where = conflict.direction === "upload" ? " on the server" : "";
    const index = await this.#prompter.select(
      `"${conflict.name}" already exists${where}:`,
      CHOICES.map(({ label }) => label),
    );
    const policy = CHOICES[index ?? -1]?.policy;
    if (policy === undefined) return "error";
    if (this.#hasOthers && await this.#prompter.confirm("The same for all others?")) {
      this.#forAll = policy;
    }
    return policy;
  }
}
