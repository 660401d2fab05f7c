import type { SluiceError } from "#protocol/sluice_error.ts";
import { encodeRefusal } from "../connection_hello.ts";

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

/** Tells connections why they are refused, as many as it can without harm to others; the rest is closed without a word. */
export class RefusalDesk {
  readonly #limits: RefusalDeskLimits;
  readonly #now: () => number;
  readonly #told = new Set<Deno.TcpConn | Deno.TlsConn>();
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
    this.#now = now;
  }

  /** Connections that are being told. */
  get size(): number {
    return this.#told.size;
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
      close(conn);
      return false;
    }
    this.#told.add(conn);
    const running = this.#tell(conn, error).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return true;
  }

  /** Closes all at once. */
  async stop(): Promise<void> {
    for (const conn of this.#told) close(conn);
    await Promise.all(this.#running);
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
