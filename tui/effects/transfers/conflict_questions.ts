import { cancelledError, onAbort } from "#client/abort.ts";
import type { Conflict } from "#client/types.ts";
import type { ConflictPolicy } from "#protocol/requests.ts";

/** The questions of one transfer about names that are taken: one at a time, and each once. */
export class ConflictQuestions {
  readonly #show: (conflict: Conflict) => Promise<void>;
  readonly #answers: Map<string, ConflictPolicy>;
  readonly #signal: AbortSignal;
  #open: PromiseWithResolvers<ConflictPolicy> | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  /**
   * @param show Shows a question to the person, once it knows enough to ask it.
   * @param answers What was answered before, by name; kept up to date.
   * @param signal Ends the waits for answers.
   */
  constructor(
    show: (conflict: Conflict) => Promise<void>,
    answers: Map<string, ConflictPolicy>,
    signal: AbortSignal,
  ) {
    this.#show = show;
    this.#answers = answers;
    this.#signal = signal;
  }

  /**
   * Asks, unless that was done before.
   *
   * @param conflict The name that is taken.
   * @returns The answer.
   * @throws {SluiceError} `cancelled` when the transfer is stopped.
   */
  ask(conflict: Conflict): Promise<ConflictPolicy> {
    const answer = this.#queue.then(() =>
      this.#answers.get(conflict.name) ?? this.#askOne(conflict)
    );
    this.#queue = answer.catch(() => {});
    return answer;
  }

  /** Hands the person's answer to the question that is open. */
  answer(policy: ConflictPolicy): void {
    this.#open?.resolve(policy);
  }

  async #askOne(conflict: Conflict): Promise<ConflictPolicy> {
    const { name } = conflict;
    const open = Promise.withResolvers<ConflictPolicy>();
    using _watch = onAbort(this.#signal, () => {
      open.reject(cancelledError(`write "${name}"`, this.#signal));
    });
    this.#open = open;
    const shown = this.#signal.aborted ? undefined : this.#show(conflict);
    try {
      const policy = await open.promise;
      this.#answers.set(name, policy);
      return policy;
    } finally {
      await shown;
      this.#open = undefined;
    }
  }
}
