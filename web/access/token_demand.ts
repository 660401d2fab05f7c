import { SluiceError } from "#client/mod.ts";
import { isTokenRefusal } from "./is_token_refusal.ts";

/** A file server that has just asked for a token would do so again: each question costs this gateway's address. */
const MEMORY_MS = 5_000;
/** Longest wait for the file server's word. */
const PROBE_TIMEOUT_MS = 10_000;

/** Options of {@linkcode TokenDemand}. */
export interface TokenDemandOptions {
  /** Calls the file server with no token. */
  readonly ask: (signal: AbortSignal) => Promise<void>;
  /** The present, in ms. @default performance.now */
  readonly now?: () => number;
}

/** Whether the file server asks for access tokens: found out once for all who come, and remembered for a moment. */
export class TokenDemand {
  readonly #ask: (signal: AbortSignal) => Promise<void>;
  readonly #now: () => number;
  /** Whether it has served somebody without a token, and refused nobody since. */
  #isOpen = false;
  /** What it said last when it asked for one. */
  #demand: { readonly error: SluiceError; readonly atMs: number } | undefined;
  #probing: Promise<void> | undefined;

  /** @param options How to find out. */
  constructor({ ask, now = (): number => performance.now() }: TokenDemandOptions) {
    this.#ask = ask;
    this.#now = now;
  }

  /**
   * Makes sure that the file server answers who has no token.
   *
   * @throws {SluiceError} `token_required` when it asks for one, `unreachable` and others when it does not answer.
   */
  async probe(): Promise<void> {
    const demand = this.#demand;
    if (demand !== undefined && this.#now() - demand.atMs < MEMORY_MS) throw demand.error;
    await (this.#probing ??= this.#probe().finally(() => this.#probing = undefined));
  }

  /**
   * Does something for somebody who has no token.
   *
   * @param act What to do; it is not done while the file server asks for one.
   * @throws {SluiceError} What {@linkcode probe} throws, or `act`.
   */
  async attempt(act: () => Promise<Response>): Promise<Response> {
    if (!this.#isOpen) await this.probe();
    try {
      const response = await act();
      if (response.headers.get("Sluice-Error") === "token_required") this.#isOpen = false;
      return response;
    } catch (error) {
      if (isTokenRefusal(error)) this.#isOpen = false;
      throw error;
    }
  }

  /**
   * Makes sure that the file server asks for tokens, so that one which was shown means something.
   *
   * @throws {SluiceError} `permission_denied` when it asks for none, `unreachable` and others when it never answered.
   */
  async require(): Promise<void> {
    try {
      await this.probe();
    } catch (error) {
      // One that does not answer now has not stopped asking.
      if (isTokenRefusal(error) || this.#demand !== undefined) return;
      throw error;
    }
    throw new SluiceError(
      "permission_denied",
      "Cannot answer: the file server asks for no access token, and other machines can come here; " +
        "make one with deno task server token create, or start the web interface with --insecure",
    );
  }

  async #probe(): Promise<void> {
    const timeout = new AbortController();
    const why = "Cannot ask the file server: it does not answer";
    const timer = setTimeout(
      () => timeout.abort(new SluiceError("timeout", why)),
      PROBE_TIMEOUT_MS,
    );
    try {
      await this.#ask(timeout.signal);
      this.#isOpen = true;
      this.#demand = undefined;
    } catch (error) {
      this.#isOpen = false;
      if (isTokenRefusal(error)) this.#demand = { error, atMs: this.#now() };
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
