/** What becomes of a peer at the entrance: `ready` alone, or `gone`, with `late` before it or not. */
export interface Arrival {
  /** The handshake has ended in time; whoever hears this has the connection. */
  ready(): void;
  /** It did not. The peer is given up, but it cannot be got rid of before `gone`. */
  late(): void;
  /** The connection is closed. */
  gone(): void;
}

/** A handshake that may still end in time. */
interface Awaited {
  readonly arrival: Arrival;
  readonly openedMs: number;
}

/**
 * Where encrypted connections wait until their handshake has ended, before anything else is made of them.
 *
 * Deno (2.9.6) closes no socket whose handshake is under way: `close()` only forgets it, and its descriptor stays until the
 * peer leaves. So nothing is closed here before: what is late is kept, and can be counted, until its handshake ends somehow.
 */
export class TlsEntrance {
  readonly #deadlineMs: number;
  readonly #awaited = new Map<Deno.TlsConn, Awaited>();
  readonly #late = new Set<Deno.TlsConn>();
  readonly #running = new Set<Promise<void>>();
  #isStopped = false;

  /** @param deadlineMs Longest handshake, in ms. */
  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
  }

  /** Handshakes within their deadline. */
  get awaited(): number {
    return this.#awaited.size;
  }

  /** Handshakes beyond it, each of which has a descriptor. */
  get late(): number {
    return this.#late.size;
  }

  /**
   * Takes a connection.
   *
   * @param conn Just accepted; closed by this object unless it gets `ready`.
   * @param arrival Hears what becomes of it.
   */
  receive(conn: Deno.TlsConn, arrival: Arrival): void {
    this.#awaited.set(conn, { arrival, openedMs: performance.now() });
    const running = this.#shakeHands(conn, arrival).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /**
   * Gives up whoever is too late; called about once a second.
   *
   * @param nowMs By `performance.now()`, or before that: deadlines are judged by it.
   */
  tick(nowMs: number): void {
    for (const [conn, { arrival, openedMs }] of this.#awaited) {
      // Those that came later follow.
      if (nowMs - openedMs <= this.#deadlineMs) return;
      this.#awaited.delete(conn);
      this.#late.add(conn);
      arrival.late();
    }
  }

  /** Lets go of all. Sockets whose peers do not leave stay open until the process ends. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const conn of [...this.#awaited.keys(), ...this.#late]) close(conn);
    await Promise.all(this.#running);
  }

  async #shakeHands(conn: Deno.TlsConn, arrival: Arrival): Promise<void> {
    const isEncrypted = await conn.handshake().then(
      () => true,
      // Whoever knocks can cause this; it is told by an alert of TLS, the log by who hears `gone`.
      () => false,
    );
    const isInTime = this.#awaited.delete(conn);
    if (isEncrypted && isInTime && !this.#isStopped) return arrival.ready();
    this.#late.delete(conn);
    close(conn);
    arrival.gone();
  }
}

function close(conn: Deno.TlsConn): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}
