import { PenaltyTable } from "#protocol/penalty_table.ts";
import { TrustedAddresses } from "#protocol/trusted_addresses.ts";
import { addressKey } from "#protocol/address_key.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { HttpRefusal } from "../http/error_response.ts";

/** What a token that is refused costs its address, in ms: as at the file server. */
const FAILURE_MS = 5_000;

/** Options of {@linkcode LoginGuard}. */
export interface LoginGuardOptions {
  /** Addresses that may fail as often as they like, such as that of a proxy. */
  readonly trustedAddresses: string;
  /** The present, in ms. @default performance.now */
  readonly now?: () => number;
}

/**
 * Refuses addresses for a while whose tokens are not accepted again and again. The file server sees the gateway's address
 * alone, and must not refuse all browsers for one.
 */
export class LoginGuard {
  readonly #trusted: TrustedAddresses;
  readonly #penalties = new PenaltyTable();
  readonly #now: () => number;
  readonly #addresses = new WeakMap<Request, string>();

  /**
   * @param options Whom to trust.
   * @throws {RangeError} For trusted addresses that are none.
   */
  constructor({ trustedAddresses, now = (): number => performance.now() }: LoginGuardOptions) {
    this.#trusted = new TrustedAddresses(trustedAddresses);
    this.#now = now;
  }

  /** Notes where a request comes from. */
  note(request: Request, address: string): void {
    this.#addresses.set(request, address);
  }

  /**
   * Does something with a token that may be wrong.
   *
   * @param request Who shows it.
   * @param act Gives the answer, or throws what will be told.
   * @throws {HttpRefusal} 429 when its address has to wait; nothing is done then.
   */
  async attempt(request: Request, act: () => Promise<Response>): Promise<Response> {
    const address = this.#addresses.get(request);
    if (address === undefined || this.#trusted.has(address)) return await act();
    const key = addressKey(address);
    this.#requirePatience(key);
    try {
      const response = await act();
      if (response.headers.get("Sluice-Error") === "token_refused") this.#fail(key);
      return response;
    } catch (error) {
      if (error instanceof SluiceError && error.code === "token_refused") this.#fail(key);
      throw error;
    }
  }

  #requirePatience(key: string): void {
    const seconds = Math.ceil(this.#penalties.restMs(key, this.#now()) / 1000);
    if (seconds === 0) return;
    const message = `Cannot log in: too many tokens were refused; try again in ${seconds} s`;
    throw new HttpRefusal(429, "busy", message, { "Retry-After": `${seconds}` });
  }

  #fail(key: string): void {
    this.#penalties.add(key, FAILURE_MS, this.#now());
  }
}
