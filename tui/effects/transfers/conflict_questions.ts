import { cancelledError, onAbort } from "#client/abort.ts";
import type { Conflict } from "#client/types.ts";
import type { ConflictPolicy } from "#protocol/requests.ts";

/** The questions of one transfer about names that are taken: one at a time, and each once. */
export class ConflictQuestions {
  readonly #show: (name: string) => void;
  readonly #answers: Map<string, ConflictPolicy>;
  readonly #signal: AbortSignal;
  #open: PromiseWithResolvers<ConflictPolicy> | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  /**
   * @param show Shows a question to the person.
   * @param answers What was answered before, by name; kept up to date.
   * @param signal Ends the waits for answers.
   */
  constructor(
    show: (name: string) => void,
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
  ask({ name }: Conflict): Promise<ConflictPolicy> {
    const answer = this.#queue.then(() => this.#answers.get(name) ?? this.#askOne(name));
    this.#queue = answer.catch(() => {});
    return answer;
  }

  /** Hands the person's answer to the question that is open. */
  answer(policy: ConflictPolicy): void {
    this.#open?.resolve(policy);
  }

  async #askOne(name: string): Promise<ConflictPolicy> {
    const open = Promise.withResolvers<ConflictPolicy>();
    using _watch = onAbort(this.#signal, () => {
      open.reject(cancelledError(`write "${name}"`, this.#signal));
    });
    this.#open = open;
    try {
      if (!this.#signal.aborted) this.#show(name);
      const policy = await open.promise;
      this.#answers.set(name, policy);
      return policy;
    } finally {
      this.#open = undefined;
    }
  }
}
