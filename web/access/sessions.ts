import { createHash, randomBytes } from "node:crypto";
import type { AccessRole } from "#client/mod.ts";
import type { Visitor } from "./visitor.ts";

/** Random bytes of a session's id. */
const ID_BYTES = 32;

/** Limits of sessions. */
export interface SessionLimits {
  /** Most sessions; a further one ends the one that was used longest ago. */
  readonly most: number;
  /** A session that nobody uses ends after this time, in ms. */
  readonly idleMs: number;
  /** Any session ends after this time, in ms. */
  readonly lifeMs: number;
}

interface Session {
  readonly visitor: Visitor;
  readonly timer: ReturnType<typeof setTimeout>;
  usedMs: number;
}

/** Browsers that have logged in, in memory only: a gateway that starts anew asks again. */
export class Sessions {
  readonly #makeVisitor: (token: string, onRefused: () => void) => Visitor;
  readonly #limits: SessionLimits;
  /** By the hash of their ids: how long a look takes tells nothing of them. */
  readonly #sessions = new Map<string, Session>();
  readonly #ending = new Set<Promise<void>>();

  /**
   * @param makeVisitor Makes what acts with a token.
   * @param limits How many, and how long.
   */
  constructor(
    makeVisitor: (token: string, onRefused: () => void) => Visitor,
    limits: SessionLimits,
  ) {
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
      const timer = setTimeout(() => this.end(id), this.#limits.lifeMs);
      this.#sessions.set(keyOf(id), { visitor, timer, usedMs: performance.now() });
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
    const nowMs = performance.now();
    if (nowMs - session.usedMs > this.#limits.idleMs) {
      this.end(id);
      return undefined;
    }
    session.usedMs = nowMs;
    return session.visitor;
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
    clearTimeout(session.timer);
    const ending = session.visitor.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #makeRoom(): void {
    const nowMs = performance.now();
    const oldestFirst = [...this.#sessions].sort(([, a], [, b]) => a.usedMs - b.usedMs);
    for (const [key, { usedMs }] of oldestFirst) {
      const isTooMany = this.#sessions.size >= this.#limits.most;
      if (isTooMany || nowMs - usedMs > this.#limits.idleMs) this.#end(key);
    }
  }
}

function keyOf(id: string): string {
  return createHash("sha256").update(id).digest("base64url");
}
