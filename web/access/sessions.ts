import { createHash, randomBytes } from "node:crypto";
import type { AccessRole } from "#client/mod.ts";
import { withEnd } from "../http/body_end.ts";
import type { Visitor } from "./visitor.ts";

/** Random bytes of a session's id. */
const ID_BYTES = 32;

/** Limits of sessions. */
export interface SessionLimits {
  /** Most sessions; a further one ends the one that was used longest ago. */
  readonly most: number;
  /** A session that nobody uses ends after this time, in ms; an open event stream is no use. */
  readonly idleMs: number;
  /** Any session ends after this time, in ms. */
  readonly lifeMs: number;
}

interface Session {
  readonly visitor: Visitor;
  readonly lifeTimer: ReturnType<typeof setTimeout>;
  idleTimer: ReturnType<typeof setTimeout> | undefined;
  usedMs: number;
  /** Calls under way, which may be transfers of hours. */
  calls: number;
}

/** Browsers that have logged in, in memory only: a gateway that starts anew asks again. */
export class Sessions {
  readonly #makeVisitor: (token: string, onRefused: () => void) => Visitor;
  readonly #limits: SessionLimits;
  readonly #now: () => number;
  /** By the hash of their ids: how long a look takes tells nothing of them. */
  readonly #sessions = new Map<string, Session>();
  readonly #ending = new Set<Promise<void>>();

  /**
   * @param makeVisitor Makes what acts with a token.
   * @param limits How many, and how long.
   * @param now The present, in ms.
   */
  constructor(
    makeVisitor: (token: string, onRefused: () => void) => Visitor,
    limits: SessionLimits,
    now: () => number = () => performance.now(),
  ) {
    this.#now = now;
    this.#makeVisitor = makeVisitor;
    this.#limits = limits;
  }

  /**
   * Begins a session, when the file server takes the token.
   *
   * @param token What a person typed.
   * @param signal Ends the attempt.
   * @returns Its id, for the cookie alone, and what it may do.
   * @throws {SluiceError} `token_refused`, `unreachable` and others.
   */
  async begin(
    token: string,
    signal: AbortSignal,
  ): Promise<{ readonly id: string; readonly role: AccessRole }> {
    const id = randomBytes(ID_BYTES).toString("base64url");
    const visitor = this.#makeVisitor(token, () => this.end(id));
    try {
      const role = await visitor.role(signal);
      this.#makeRoom();
      const lifeTimer = setTimeout(() => this.end(id), this.#limits.lifeMs);
      const usedMs = this.#now();
      const session: Session = { visitor, lifeTimer, idleTimer: undefined, usedMs, calls: 0 };
      this.#sessions.set(keyOf(id), session);
      this.#watch(keyOf(id), session);
      return { id, role };
    } catch (error) {
      await visitor.close();
      throw error;
    }
  }

  /** Gives who has a session; undefined when there is none of that id. */
  visitorOf(id: string): Visitor | undefined {
    const session = this.#sessions.get(keyOf(id));
    if (session === undefined) return undefined;
    if (this.#restMs(session) <= 0) {
      this.end(id);
      return undefined;
    }
    session.usedMs = this.#now();
    return session.visitor;
  }

  /**
   * Does something in a session, which is in use until the body of the answer is over.
   *
   * @param id Its id.
   * @param act What to do.
   */
  async with(id: string, act: () => Promise<Response>): Promise<Response> {
    const session = this.#sessions.get(keyOf(id));
    if (session === undefined) return await act();
    session.calls++;
    let isOver = false;
    const leave = (): void => {
      if (isOver) return;
      isOver = true;
      session.calls--;
      session.usedMs = this.#now();
    };
    try {
      const response = await act();
      const isEndless = response.headers.get("Content-Type") === "text/event-stream";
      if (response.body !== null && !isEndless) {
        return new Response(withEnd(response.body, leave), response);
      }
      leave();
      return response;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Ends a session, and all that goes on in it. */
  end(id: string): void {
    this.#end(keyOf(id));
  }

  /** Ends the event streams of all. */
  endEvents(): void {
    for (const { visitor } of this.#sessions.values()) visitor.endEvents();
  }

  /** Ends all sessions. */
  async close(): Promise<void> {
    for (const key of [...this.#sessions.keys()]) this.#end(key);
    await Promise.all(this.#ending);
  }

  #end(key: string): void {
    const session = this.#sessions.get(key);
    if (session === undefined) return;
    this.#sessions.delete(key);
    clearTimeout(session.lifeTimer);
    clearTimeout(session.idleTimer);
    const ending = session.visitor.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  /** Ends a session as soon as nobody has used it for long enough. */
  #watch(key: string, session: Session): void {
    const look = (): void => {
      if (this.#restMs(session) <= 0) this.#end(key);
      else this.#watch(key, session);
    };
    session.idleTimer = setTimeout(look, Math.ceil(this.#restMs(session)));
  }

  /** How long a session goes on if nobody uses it, in ms. */
  #restMs({ calls, usedMs }: Session): number {
    const { idleMs } = this.#limits;
    return calls > 0 ? Math.max(idleMs, 1) : usedMs + idleMs - this.#now();
  }

  #makeRoom(): void {
    const oldestFirst = [...this.#sessions].sort(([, a], [, b]) => a.usedMs - b.usedMs);
    for (const [key] of oldestFirst) {
      if (this.#sessions.size >= this.#limits.most) this.#end(key);
    }
  }
}

function keyOf(id: string): string {
  return createHash("sha256").update(id).digest("base64url");
}
