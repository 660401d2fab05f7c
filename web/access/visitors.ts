import { ERROR_CODES, type SluiceClient, SluiceError } from "#client/mod.ts";
import type { LoginGuard } from "../guards/login_guard.ts";
import { Bearers } from "./bearers.ts";
import { Sessions } from "./sessions.ts";
import { type SharedContext, Visitor } from "./visitor.ts";

/** Everybody who comes: with a session, with a token in each request, or with nothing. */
export class Visitors {
  readonly sessions: Sessions;
  readonly #bearers: Bearers;
  readonly #nobody: Visitor;
  readonly #logins: LoginGuard;

  /**
   * @param shared What all share.
   * @param connect Makes a client of the file server; nothing is sent before its first call.
   */
  constructor(shared: SharedContext, connect: (token: string | undefined) => SluiceClient) {
    const make = (token: string | undefined, onRefused: () => void): Visitor =>
      new Visitor(shared, connect(token), onRefused);
    const { sessions, bearers } = shared.limits;
    this.#logins = shared.logins;
    this.sessions = new Sessions(make, sessions);
    this.#bearers = new Bearers(make, bearers);
    // A browser that has logged in meanwhile comes back with its session.
    this.#nobody = make(undefined, () => this.#nobody.endEvents());
  }

  /**
   * Does something for whoever sends a request.
   *
   * @param request With a token, which counts first, or nothing.
   * @param sessionId From its cookie.
   * @param act What to do.
   * @returns The answer. A session whose token the file server refuses has ended by then.
   */
  async answer(
    request: Request,
    sessionId: string | undefined,
    act: (visitor: Visitor) => Promise<Response>,
  ): Promise<Response> {
    const token = bearerOf(request.headers);
    if (token !== undefined) return await this.#answerBearer(request, token, act);
    const member = sessionId === undefined ? undefined : this.sessions.visitorOf(sessionId);
    const end = (): void => sessionId === undefined ? undefined : this.sessions.end(sessionId);
    try {
      const response = await act(member ?? this.#nobody);
      if (response.status === 401) end();
      return response;
    } catch (error) {
      if (error instanceof SluiceError && ERROR_CODES[error.code].http === 401) end();
      throw error;
    }
  }

  async #answerBearer(
    request: Request,
    token: string,
    act: (visitor: Visitor) => Promise<Response>,
  ): Promise<Response> {
    const answer = (): Promise<Response> => this.#bearers.with(token, act);
    // Others of its address must not keep out who is known.
    if (this.#bearers.hasProven(token)) return await answer();
    return await this.#logins.attempt(request, answer);
  }

  /** Somebody has logged in: what the browser opened before is opened again, with the session. */
  comeBack(): void {
    this.#nobody.endEvents();
  }

  /**
   * Calls the file server as somebody who has shown nothing.
   *
   * @throws {SluiceError} `unreachable`, or `token_required` by a server that asks for a token.
   */
  async askServer(signal: AbortSignal): Promise<void> {
    await this.#nobody.ping(signal);
  }

  /** Ends all event streams, which never end by themselves. */
  endEvents(): void {
    this.#nobody.endEvents();
    this.sessions.endEvents();
    this.#bearers.endEvents();
  }

  /** Lets go of uploads and of the file server. */
  async close(): Promise<void> {
    await Promise.all([this.#nobody.close(), this.sessions.close(), this.#bearers.close()]);
  }
}

/** The token of RFC 6750 §2.1. */
function bearerOf(headers: Headers): string | undefined {
  return /^Bearer +(\S{1,200}) *$/i.exec(headers.get("authorization") ?? "")?.[1];
}
