import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, onAbort } from "./abort.ts";

/**
 * Asks a person for an access token.
 *
 * @param refusal What the server said: `token_required`, or `token_refused` for the one that it got.
 * @returns The token, or undefined to give up.
 */
export type AskToken = (refusal: SluiceError) => Promise<string | undefined>;

/** Options of {@linkcode TokenKeeper}. */
export interface TokenKeeperOptions {
  /** The token to begin with. */
  readonly token?: string | undefined;
  /** Called when the server wants another one; without it the call that needs one fails. */
  readonly ask?: AskToken | undefined;
}

/** The access token of one or several clients; a person is asked for it once, whoever needs it first. */
export class TokenKeeper {
  readonly #ask: AskToken | undefined;
  #token: string | undefined;
  #asking: Promise<string | undefined> | undefined;

  /**
   * Makes a keeper, for the `token` of one or several clients.
   *
   * @param options The token, and who can be asked for it.
   */
  constructor(options: TokenKeeperOptions = {}) {
    this.#token = options.token === "" ? undefined : options.token;
    this.#ask = options.ask;
  }

  /** The token that is sent; undefined for none. */
  get token(): string | undefined {
    return this.#token;
  }

  /**
   * Gets another token after a refusal.
   *
   * @param sent The token that was refused.
   * @param refusal What the server said.
   * @param signal Ends the wait.
   * @returns Whether there is another one now.
   */
  async renew(
    sent: string | undefined,
    refusal: SluiceError,
    signal?: AbortSignal,
  ): Promise<boolean> {
    // Another connection was refused before, and somebody has answered already.
    if (this.#token !== sent) return true;
    if (this.#ask === undefined) return false;
    this.#asking ??= this.#ask(refusal).finally(() => this.#asking = undefined);
    const token = await untilAborted(this.#asking, signal);
    if (token === undefined || token === "") return false;
    this.#token = token;
    return true;
  }
}

/** Whoever gives up does not end the question, for which others may wait. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  using _watch = onAbort(signal, () => reject(cancelledError("ask for an access token", signal)));
  return await Promise.race([work, promise]);
}

/**
 * Connects with the token that there is, and with another one as long as somebody gives one.
 *
 * @param keeper Has the token.
 * @param open Connects.
 * @param signal Ends the wait for a person.
 * @returns What `open` gives.
 * @throws {SluiceError} `token_refused` without asking the server when the token was not copied as a
 * whole; what `open` throws.
 */
export async function withToken<T>(
  keeper: TokenKeeper,
  open: (token: string | undefined) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (;;) {
    const { token } = keeper;
    try {
      if (token !== undefined) await requireWholeToken(token);
      return await open(token);
    } catch (error) {
      if (!isTokenRefusal(error) || !await keeper.renew(token, error, signal)) throw error;
    }
  }
}

/** Whether an error says that the server wants a token, or another one. */
export function isTokenRefusal(error: unknown): error is SluiceError {
  return error instanceof SluiceError &&
    (error.code === "token_required" || error.code === "token_refused");
}

async function requireWholeToken(token: string): Promise<void> {
  // Loaded when there is a token: most servers ask for none.
  const { isAccessToken } = await import("#protocol/access_token.ts");
  if (isAccessToken(token)) return;
  throw new SluiceError(
    "token_refused",
    "Cannot use the access token: it has a slip or is not whole; it is sluice_ and 48 characters",
  );
}
