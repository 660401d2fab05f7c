import { FrameType } from "#protocol/frame.ts";
import { MAX_WATCH_INTERVAL_MS, MIN_WATCH_INTERVAL_MS } from "#protocol/limits.ts";
import { type Snapshot, SnapshotSchema } from "#protocol/replies.ts";
import type { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, onAbort } from "./abort.ts";
import type { Connection } from "./connection.ts";
import { peerError } from "./connection_errors.ts";
import type { ConnectionPool } from "./connection_pool.ts";
import { decodeReply } from "./decode_reply.ts";
import type { ExchangeListener, Reply, ReplyTaker } from "./exchange.ts";
import type { CallOptions, ServerAddress } from "./types.ts";

const DEFAULT_INTERVAL_MS = 1000;
const ACT = "watch the server";

/** Options of {@linkcode SluiceClient.watch}. */
export interface WatchOptions extends CallOptions {
  /**
   * Time between two snapshots, in ms: a whole number from 100 to 60_000.
   * @default 1000
   */
  readonly intervalMs?: number | undefined;
}

/**
 * Follows a server's live state on a connection of its own.
 *
 * @param pool Opens the connection, beside its places.
 * @param options How often, and signal.
 * @returns Snapshots; without an end of its own.
 * @throws {RangeError} When the interval is out of its range.
 * @throws {SluiceError} `unreachable`, `stopping` and others; not for the signal, which just ends it.
 */
export async function* watchServer(
  pool: ConnectionPool,
  options: WatchOptions,
): AsyncGenerator<Snapshot, void, void> {
  const { intervalMs = DEFAULT_INTERVAL_MS, signal } = options;
  requireInterval(intervalMs);
  try {
    signal?.throwIfAborted();
    using lease = await pool.openApart(signal);
    const { connection } = lease;
    const taker = new NewestSnapshot(connection.server);
    using _watch = onAbort(signal, () => taker.fail(cancelledError(ACT, signal)));
    connection.sendControl(FrameType.WATCH, connection.begin(taker), { intervalMs });
    for (;;) yield decodeReply(SnapshotSchema, await taker.next(connection));
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

function requireInterval(intervalMs: number): void {
  const isInRange = intervalMs >= MIN_WATCH_INTERVAL_MS && intervalMs <= MAX_WATCH_INTERVAL_MS;
  if (isInRange && Number.isInteger(intervalMs)) return;
  throw new RangeError(
    `Cannot watch each ${intervalMs} ms: it must be a whole number from ${MIN_WATCH_INTERVAL_MS} ` +
      `to ${MAX_WATCH_INTERVAL_MS}`,
  );
}

/** Keeps the newest snapshot: a loop that is slow must not make them pile up here. */
class NewestSnapshot implements ReplyTaker {
  readonly requestType: FrameType = FrameType.WATCH;
  readonly listener: ExchangeListener;
  /** The next snapshot may take longer than a server may be silent: it is asked for a sign of life. */
  isQueued = true;
  readonly #server: ServerAddress;
  #payload: Uint8Array | undefined;
  #error: SluiceError | undefined;
  #wake: (() => void) | undefined;

  /** @param server Who sends them, for messages. */
  constructor(server: ServerAddress) {
    this.#server = server;
    this.listener = {
      onSnapshot: (payload): void => {
        this.#payload = payload;
        this.#wake?.();
      },
    };
  }

  /**
   * Waits for a snapshot that was not given yet.
   *
   * @param connection Where it comes from.
   * @returns Its payload.
   */
  async next(connection: Connection): Promise<Uint8Array> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      const payload = this.#payload;
      this.#payload = undefined;
      if (payload !== undefined) return payload;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await connection.whileWaiting(promise);
    }
  }

  deliver(reply: Reply): void {
    if (reply.kind === "data" || reply.kind === "entries") reply.batch.release();
    this.fail(peerError(this.#server, "it answered a watch with something else"));
  }

  acknowledge(): void {
    // An ACK says nothing to who only watches.
  }

  refuse(error: SluiceError): void {
    this.fail(error);
  }

  fail(error: SluiceError): void {
    this.#error ??= error;
    this.#wake?.();
  }
}
