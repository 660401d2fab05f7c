import type { SluiceError } from "#protocol/sluice_error.ts";
import type { MessageBody } from "../model/message.ts";

/** Asks the person on the full screen for an access token, one question at a time. */
export class TokenDesk {
  readonly #post: (body: MessageBody) => void;
  #problem: string | undefined;
  #answer: ((token: string | undefined) => void) | undefined;
  /** The person closed the question: it is not put again by itself. */
  #isDeclined = false;

  /** @param post Gets `tokenAsked`. */
  constructor(post: (body: MessageBody) => void) {
    this.#post = post;
  }

  /** Puts the question; gives the answer, or undefined at once when it was declined before. */
  ask(refusal: SluiceError): Promise<string | undefined> {
    if (this.#isDeclined) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#answer = resolve;
    this.#problem = refusal.code === "token_refused" ? refusal.message : undefined;
    this.#post({ kind: "tokenAsked", problem: this.#problem });
    return promise;
  }

  /** Answers the question; undefined declines it. */
  give(token: string | undefined): void {
    this.#isDeclined = token === undefined;
    this.#answer?.(token);
    this.#answer = undefined;
  }

  /** The person wants to try again: then the question comes again, also one that was lost. */
  askAgain(): void {
    this.#isDeclined = false;
    if (this.#answer !== undefined) this.#post({ kind: "tokenAsked", problem: this.#problem });
  }
}
