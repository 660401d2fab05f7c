import type { SluiceError } from "#protocol/sluice_error.ts";
import { encodeRefusal } from "../connection_hello.ts";
import { TlsEntrance } from "../tls_entrance.ts";

/** Bounds of what refusing may cost. */
export interface RefusalDeskLimits {
  /** Told at the same time; each takes a descriptor until then. @default 64 */
  readonly most: number;
  /** Told in a second; with encryption each costs a handshake. @default 100 */
  readonly perSecond: number;
  /** For a peer to read why, in ms. @default 2_000 */
  readonly deadlineMs: number;
}

const DEFAULT_LIMITS: RefusalDeskLimits = { most: 64, perSecond: 100, deadlineMs: 2_000 };

/**
 * Tells connections why they are refused, as many as it can without harm to others; the rest is closed without a word. An
 * encrypted one cannot be told, nor closed, before its handshake has ended: until then it waits.
 */
export class RefusalDesk {
  readonly #limits: RefusalDeskLimits;
  readonly #now: () => number;
  readonly #entrance: TlsEntrance;
  /** Those that are told, or will be when their handshake has ended in time. */
  readonly #told = new Set<Deno.TcpConn | Deno.TlsConn>();
  /** Those that are told now. */
  readonly #telling = new Set<Deno.TcpConn | Deno.TlsConn>();
  readonly #running = new Set<Promise<void>>();
  #secondMs = -Infinity;
  #inSecond = 0;

  /**
   * @param limits Those that differ from the defaults.
   * @param now The present, in ms.
   */
  constructor(
    limits: Partial<RefusalDeskLimits> = {},
    now: () => number = () => performance.now(),
  ) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#entrance = new TlsEntrance(this.#limits.deadlineMs);
    this.#now = now;
  }

  /** Connections that are still open. */
  get size(): number {
    return this.#telling.size + this.unfinished;
  }

  /** Of those, the ones that cannot be closed: their handshakes have not ended. */
  get unfinished(): number {
    return this.#entrance.awaited + this.#entrance.late;
  }

  /**
   * Refuses a connection, and closes it.
   *
   * @param conn Just accepted.
   * @param error Why.
   * @returns Whether the peer is told.
   */
  refuse(conn: Deno.TcpConn | Deno.TlsConn, error: SluiceError): boolean {
    if (!this.#mayTell()) {
      this.dismiss(conn);
      return false;
    }
    this.#told.add(conn);
    const forget = (): void => void this.#told.delete(conn);
    if ("handshake" in conn) {
      this.#entrance.receive(conn, {
        ready: () => this.#begin(conn, error),
        late: forget,
        gone: forget,
      });
    } else this.#begin(conn, error);
    return true;
  }

  /**
   * Closes a connection without a word, as soon as that can be done.
   *
   * @param conn Just accepted.
   */
  dismiss(conn: Deno.TcpConn | Deno.TlsConn): void {
    if (!("handshake" in conn)) return close(conn);
    const nothing = (): void => {};
    this.#entrance.receive(conn, { ready: () => close(conn), late: nothing, gone: nothing });
  }

  /** Looks who takes too long; called about once a second, with the time by which deadlines are judged. */
  tick(nowMs: number): void {
    this.#entrance.tick(nowMs);
  }

  /** Closes all at once. */
  async stop(): Promise<void> {
    for (const conn of this.#telling) close(conn);
    await Promise.all([...this.#running, this.#entrance.stop()]);
  }

  #begin(conn: Deno.TcpConn | Deno.TlsConn, error: SluiceError): void {
    this.#telling.add(conn);
    const running = this.#tell(conn, error).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  #mayTell(): boolean {
    const nowMs = this.#now();
    if (nowMs - this.#secondMs >= 1000) {
      this.#secondMs = nowMs;
      this.#inSecond = 0;
    }
    if (this.#told.size >= this.#limits.most || this.#inSecond >= this.#limits.perSecond) {
      return false;
    }
    this.#inSecond++;
    return true;
  }

  /** Reads and drops what the peer sends: a socket closed with unread bytes is reset, and it would lose the reason. */
  async #tell(conn: Deno.TcpConn | Deno.TlsConn, error: SluiceError): Promise<void> {
    const timer = setTimeout(() => close(conn), this.#limits.deadlineMs);
    try {
      const bytes = encodeRefusal(error);
      for (let at = 0; at < bytes.byteLength;) at += await conn.write(bytes.subarray(at));
      await conn.closeWrite();
      const sink = new Uint8Array(4096);
      while (await conn.read(sink) !== null);
    } catch {
      // The peer is gone, or too slow: there is nobody to tell.
    } finally {
      clearTimeout(timer);
      this.#told.delete(conn);
      this.#telling.delete(conn);
      close(conn);
    }
  }
}

function close(conn: Deno.TcpConn | Deno.TlsConn): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}
