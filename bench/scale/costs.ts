/** What things cost on one machine, in seconds of one core and in bytes; `calibrate.ts` measures them. */
export interface Costs {
  readonly main: ThreadCosts & {
    /** To accept a connection, greet it, and close it. */
    readonly connectionS: number;
    /** A connection, each second, whatever it does. */
    readonly idleS: number;
  };
  readonly worker: ThreadCosts & {
    /** To start one, all threads together. */
    readonly startS: number;
    /** To turn to a connection and away from it again. */
    readonly leaseS: number;
  };
  /** The load client, where it runs on the same cores. */
  readonly client: ThreadCosts & { readonly connectionS: number };
  readonly memory: MemoryCosts;
}

/** What one side of a request costs a thread. */
export interface ThreadCosts {
  /** A small request: a list. */
  readonly requestS: number;
  /** A download, more than a list and beside its bytes. */
  readonly downloadS: number;
  /** A MiB of an unthrottled download. */
  readonly mebibyteS: number;
  /** A chunk of a throttled one. */
  readonly chunkS: number;
}

/** What takes memory in a server process. */
export interface MemoryCosts {
  /** The process with its spare workers. */
  readonly baseBytes: number;
  readonly connectionBytes: number;
  readonly workerBytes: number;
}

/** Nothing costs anything: for tests, which set what they look at. */
export const FREE: Costs = {
  main: { requestS: 0, downloadS: 0, mebibyteS: 0, chunkS: 0, connectionS: 0, idleS: 0 },
  worker: { requestS: 0, downloadS: 0, mebibyteS: 0, chunkS: 0, startS: 0, leaseS: 0 },
  client: { requestS: 0, downloadS: 0, mebibyteS: 0, chunkS: 0, connectionS: 0 },
  memory: { baseBytes: 0, connectionBytes: 0, workerBytes: 0 },
};
