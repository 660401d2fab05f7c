import { type AccessRole, type SluiceClient, SluiceError } from "#client/mod.ts";
import type { LoginGuard } from "../guards/login_guard.ts";
import { Bearers } from "./bearers.ts";
import { isTokenRefusal } from "./is_token_refusal.ts";
import { Sessions } from "./sessions.ts";
import { TokenDemand } from "./token_demand.ts";
import { type SharedContext, Visitor } from "./visitor.ts";

/** Everybody who comes: with a session, with a token in each request, or with nothing. */
export class Visitors {
  readonly sessions: Sessions;
  readonly #bearers: Bearers;
  readonly #nobody: Visitor;
  readonly #logins: LoginGuard;
  readonly #demand: TokenDemand;
  readonly #requiresToken: boolean;

  /**
   * @param shared What all share.
   * @param connect Makes a client of the file server; nothing is sent before its first call.
   */
  constructor(shared: SharedContext, connect: (token: string | undefined) => SluiceClient) {
    const make = (token: string | undefined, onRefused: () => void): Visitor =>
      new Visitor(shared, connect(token), onRefused);
    const { sessions, bearers } = shared.limits;
    this.#logins = shared.logins;
    this.#requiresToken = shared.requiresToken;
    this.sessions = new Sessions(make, sessions);
    this.#bearers = new Bearers(make, bearers);
    // A browser that has logged in meanwhile comes back with its session.
    this.#nobody = make(undefined, () => this.#nobody.endEvents());
    this.#demand = new TokenDemand({ ask: (signal) => this.#nobody.ping(signal) });
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
    if (sessionId === undefined || member === undefined) {
      return await this.#answerNobody(request, act);
    }
    const end = (): void => this.sessions.end(sessionId);
    try {
      await this.#requireSafety();
      const response = await this.sessions.with(sessionId, () => act(member));
      if (response.status === 401) end();
      return response;
    } catch (error) {
      if (isTokenRefusal(error)) end();
      throw error;
    }
  }

  async #answerNobody(
    request: Request,
    act: (visitor: Visitor) => Promise<Response>,
  ): Promise<Response> {
    if (this.#requiresToken) {
      const why = "other machines can come here; an access token is needed";
      throw new SluiceError("token_required", `Cannot answer: ${why}`);
    }
    // All event streams share one connection, which tells of a server that asks for a token or is not there.
    if (new URL(request.url).pathname === "/api/events") return await act(this.#nobody);
    return await this.#demand.attempt(() => act(this.#nobody));
  }

  /** A token proves nothing to a file server that asks for none. */
  async #requireSafety(): Promise<void> {
    if (this.#requiresToken) await this.#demand.require();
  }

  async #answerBearer(
    request: Request,
    token: string,
    act: (visitor: Visitor) => Promise<Response>,
  ): Promise<Response> {
    await this.#requireSafety();
    const answer = (): Promise<Response> => this.#bearers.with(token, act, request.signal);
    // Others of its address must not keep out who is known.
    if (this.#bearers.hasProven(token)) return await answer();
    return await this.#logins.attempt(request, answer);
  }

  /**
   * Begins a session; what the browser opened before is opened again, with it.
   *
   * @throws {SluiceError} As {@linkcode Sessions.begin}, and `permission_denied` when a token would prove nothing.
   */
  async logIn(
    token: string,
    signal: AbortSignal,
  ): Promise<{ readonly id: string; readonly role: AccessRole }> {
    await this.#requireSafety();
    const session = await this.sessions.begin(token, signal);
    this.#nobody.endEvents();
    return session;
  }

  /**
   * Makes sure that the file server answers somebody who has shown nothing.
   *
   * @throws {SluiceError} `unreachable`, or `token_required` by a server that asks for a token.
   */
  async askServer(): Promise<void> {
    await this.#demand.probe();
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
