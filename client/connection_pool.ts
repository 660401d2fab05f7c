import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, onAbort, throwIfAborted } from "./abort.ts";
import type { Connection } from "./connection.ts";

/** An idle connection is not used in the last quarter of the time that the server gives it. */
const FRESH_SHARE = 0.75;

/** How a connection is asked for. */
export interface LeaseOptions {
  /** What it is for, e.g. `upload "a.txt"`. */
  readonly act: string;
  readonly signal?: AbortSignal | undefined;
  /** Called when a new connection must be made for it. */
  readonly onConnecting?: () => void;
}

/** A connection for one call, given back by disposing. */
export interface Lease extends Disposable {
  readonly connection: Connection;
  /** Whether it served another call before, so that it may turn out to be dead. */
  readonly isReused: boolean;
}

/** Makes a connection. */
export type Opener = (signal?: AbortSignal) => Promise<Connection>;

/** Hands out a bounded number of connections, in the order of asking, and keeps idle ones open. */
export class ConnectionPool {
  readonly #open: Opener;
  readonly #idle: { readonly connection: Connection; readonly sinceMs: number }[] = [];
  readonly #leased = new Set<Connection>();
  /** Connections beside the places. */
  readonly #apart = new Set<Connection>();
  readonly #waiters: (() => void)[] = [];
  readonly #closing = new AbortController();
  #freePlaces: number;
  #hasConnected = false;

  /**
   * @param open Makes a connection.
   * @param most Connections that may be open at once.
   */
  constructor(open: Opener, most: number) {
    this.#open = open;
    this.#freePlaces = most;
  }

  /** Whether the server was ever reached. */
  get hasConnected(): boolean {
    return this.#hasConnected;
  }

  /**
   * Waits for a place, then gives an idle connection or opens one.
   *
   * @param options What it is for.
   * @returns A lease, which the caller disposes.
   * @throws {SluiceError} `unreachable` and others of the hello, or `cancelled`.
   */
  async lease(options: LeaseOptions): Promise<Lease> {
    throwIfAborted(options.signal, options.act);
    await this.#place(options);
    try {
      const idle = this.#takeIdle();
      if (idle !== undefined) return this.#lend(idle, true);
      options.onConnecting?.();
      return this.#lend(await this.#connect(options.signal), false);
    } catch (error) {
      this.#freePlace();
      throw error;
    }
  }

  /**
   * Opens a connection that takes no place, so that it waits for no other call.
   *
   * @param signal Ends the attempt.
   * @returns A connection, closed when disposed of, or with all others.
   * @throws {SluiceError} `unreachable` and others of the hello, or `cancelled`.
   */
  async openApart(signal: AbortSignal | undefined): Promise<Lease> {
    const connection = await this.#connect(signal);
    this.#apart.add(connection);
    return {
      connection,
      isReused: false,
      [Symbol.dispose]: (): void => {
        this.#apart.delete(connection);
        connection.close();
      },
    };
  }

  /** A connection on which a request may go between the frames of others, if there is one. */
  anyInUse(): Connection | undefined {
    if (this.#freePlaces > 0) return undefined;
    return [...this.#leased].find((connection) => connection.isOpen);
  }

  /** Closes the connections that no call uses. */
  closeIdle(): void {
    for (const { connection } of this.#idle.splice(0)) connection.close();
  }

  /** Closes all connections; calls under way end with `cancelled`. */
  async close(): Promise<void> {
    const reason = new SluiceError("cancelled", "Cannot go on: the client was closed");
    this.#closing.abort(reason);
    const idle = this.#idle.splice(0).map(({ connection }) => connection);
    const all = [...idle, ...this.#leased, ...this.#apart];
    for (const connection of all) connection.close(reason);
    for (const wake of this.#waiters.splice(0)) wake();
    await Promise.all(all.map((connection) => connection.closed));
  }

  async #connect(signal: AbortSignal | undefined): Promise<Connection> {
    const signals = [this.#closing.signal, ...(signal ? [signal] : [])];
    const connection = await this.#open(AbortSignal.any(signals));
    this.#hasConnected = true;
    return connection;
  }

  async #place(options: LeaseOptions): Promise<void> {
    if (this.#closing.signal.aborted) throw this.#closing.signal.reason;
    if (this.#freePlaces > 0) {
      this.#freePlaces--;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiters.push(resolve);
    using _watch = onAbort(options.signal, () => {
      const at = this.#waiters.indexOf(resolve);
      // A place that was given in the same moment goes back below.
      if (at !== -1) this.#waiters.splice(at, 1);
      else this.#freePlace();
      resolve();
    });
    await promise;
    if (this.#closing.signal.aborted) throw this.#closing.signal.reason;
    if (options.signal?.aborted) throw cancelledError(options.act, options.signal);
  }

  #freePlace(): void {
    const next = this.#waiters.shift();
    if (next === undefined) this.#freePlaces++;
    else next();
  }

  #takeIdle(): Connection | undefined {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle === undefined) return undefined;
      const { connection, sinceMs } = idle;
      const idleTimeoutMs = connection.welcome.limits.idleTimeoutMs;
      const isFresh = idleTimeoutMs === 0 ||
        performance.now() - sinceMs < idleTimeoutMs * FRESH_SHARE;
      if (connection.isOpen && isFresh) return connection;
      connection.close();
    }
  }

  #lend(connection: Connection, isReused: boolean): Lease {
    this.#leased.add(connection);
    return {
      connection,
      isReused,
      [Symbol.dispose]: (): void => this.#takeBack(connection),
    };
  }

  #takeBack(connection: Connection): void {
    if (!this.#leased.delete(connection)) return;
    connection.intake = undefined;
    if (connection.isOpen && connection.isIdle && !this.#closing.signal.aborted) {
      this.#idle.push({ connection, sinceMs: performance.now() });
    } else {
      connection.close();
    }
    this.#freePlace();
  }
}
