import { createHash } from "node:crypto";
import { SluiceError } from "#client/mod.ts";
import { withEnd } from "../http/body_end.ts";
import { isTokenRefusal } from "./is_token_refusal.ts";
import type { Visitor } from "./visitor.ts";

/** Limits of programs that send their token with each request. */
export interface BearerLimits {
  /** Most tokens at once. */
  readonly most: number;
  /** Connections of a token stay open for this time behind its last request, in ms. */
  readonly keepMs: number;
}

interface Bearer {
  readonly visitor: Visitor;
  /** Whether the file server took the token when it was last asked. */
  isProven: boolean;
  /** Requests under way. */
  users: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Programs that send `Authorization: Bearer TOKEN`; those of one token share connections. */
export class Bearers {
  readonly #makeVisitor: (token: string, onRefused: () => void) => Visitor;
  readonly #limits: BearerLimits;
  readonly #bearers = new Map<string, Bearer>();
  readonly #ending = new Set<Promise<void>>();

  /**
   * @param makeVisitor Makes what acts with a token.
   * @param limits How many, and how long.
   */
  constructor(
    makeVisitor: (token: string, onRefused: () => void) => Visitor,
    limits: BearerLimits,
  ) {
    this.#makeVisitor = makeVisitor;
    this.#limits = limits;
  }

  /** Whether a token is known to be good. */
  hasProven(token: string): boolean {
    return this.#bearers.get(keyOf(token))?.isProven ?? false;
  }

  /**
   * Does something for whoever shows a token.
   *
   * @param token The token; whether it is good shows when the file server is asked.
   * @param act What to do, once the file server has taken the token; the token's connections stay open until the body
   *   of its answer is over.
   * @param signal Ends the question whether the token is good.
   * @throws {SluiceError} `busy` when too many tokens are in use, `token_refused`, `unreachable` and others.
   */
  async with(
    token: string,
    act: (visitor: Visitor) => Promise<Response>,
    signal: AbortSignal,
  ): Promise<Response> {
    const key = keyOf(token);
    const bearer = this.#bearers.get(key) ?? this.#add(key, token);
    // The map's order is that of use.
    this.#bearers.delete(key);
    this.#bearers.set(key, bearer);
    clearTimeout(bearer.timer);
    bearer.users++;
    let isOver = false;
    const leave = (): void => {
      if (isOver) return;
      isOver = true;
      if (--bearer.users > 0 || this.#bearers.get(key) !== bearer) return;
      bearer.timer = setTimeout(() => this.#end(key), this.#limits.keepMs);
    };
    try {
      // Answers may be the gateway's own, and prove nothing.
      if (!bearer.isProven) await bearer.visitor.role(signal);
      bearer.isProven = true;
      const response = await act(bearer.visitor);
      if (response.status === 401) bearer.isProven = false;
      if (response.body !== null) return new Response(withEnd(response.body, leave), response);
      leave();
      return response;
    } catch (error) {
      if (isTokenRefusal(error)) bearer.isProven = false;
      leave();
      throw error;
    }
  }

  /** Ends the event streams of all. */
  endEvents(): void {
    for (const { visitor } of this.#bearers.values()) visitor.endEvents();
  }

  /** Lets go of all. */
  async close(): Promise<void> {
    for (const key of [...this.#bearers.keys()]) this.#end(key);
    await Promise.all(this.#ending);
  }

  #add(key: string, token: string): Bearer {
    if (this.#bearers.size >= this.#limits.most) {
      const allFree = [...this.#bearers].filter(([, { users }]) => users === 0);
      // Who makes tokens up must not push those out that were accepted.
      const free = allFree.find(([, { isProven }]) => !isProven) ?? allFree[0];
      if (free === undefined) {
        const why = `${this.#limits.most} access tokens are in use; try again later`;
        throw new SluiceError("busy", `Cannot answer: ${why}`);
      }
      this.#end(free[0]);
    }
    const visitor = this.#makeVisitor(token, () => visitor.endEvents());
    const bearer: Bearer = { visitor, isProven: false, users: 0, timer: undefined };
    this.#bearers.set(key, bearer);
    return bearer;
  }

  #end(key: string): void {
    const bearer = this.#bearers.get(key);
    if (bearer === undefined) return;
    this.#bearers.delete(key);
    clearTimeout(bearer.timer);
    const ending = bearer.visitor.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}

function keyOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
