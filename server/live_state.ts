import type { Snapshot, StatusResult } from "#protocol/replies.ts";
import { FlowCounter } from "./flow_counter.ts";
import { LiveCounters } from "./live_counters.ts";
import { listOperations, type WatchedConnection } from "./snapshot_operations.ts";

/** Snapshots younger than this are shared: a thousand watchers cost as much as one. */
const SHARE_MS = 50;

/** What a live state is made of. */
export interface LiveSources {
  readonly status: () => StatusResult;
  readonly connections: () => Iterable<WatchedConnection>;
  /** Adds what other processes of the server do, where there are any. */
  readonly complete: (own: Snapshot) => Snapshot;
}

/** A server's live state: what is counted all the time, and the snapshots that show it on demand. */
export class LiveState {
  /** Counts the bytes of all connections. */
  readonly flow: FlowCounter = new FlowCounter(performance.now());
  /** Memory of the counters that workers share. */
  readonly sharedCounters: SharedArrayBuffer = LiveCounters.allocate();
  readonly #counters = new LiveCounters(this.sharedCounters);
  readonly #sources: LiveSources;
  #sequence = 0;
  #takenMs = 0;
  #payload: Uint8Array | undefined;

  /** @param sources What a snapshot shows. */
  constructor(sources: LiveSources) {
    this.#sources = sources;
  }

  /** Notes how many workers serve somebody. */
  setLeased(count: number): void {
    this.#counters.leased = count;
  }

  /** Moves the windows of the rates on; called about once a second. */
  tick(nowMs: number): void {
    this.flow.tick(nowMs);
  }

  /**
   * Gives the payload of a SNAPSHOT.
   *
   * @returns JSON, not to be changed: others may get the same.
   */
  snapshot(): Uint8Array {
    const nowMs = performance.now();
    if (this.#payload !== undefined && nowMs - this.#takenMs < SHARE_MS) return this.#payload;
    this.#takenMs = nowMs;
    this.#payload = encoder.encode(JSON.stringify(this.#sources.complete(this.own())));
    return this.#payload;
  }

  /**
   * Gives what this process does, whatever others do.
   *
   * @param options `hasOperations`: whether connections are listed.
   */
  own({ hasOperations = true }: { readonly hasOperations?: boolean } = {}): Snapshot {
    const nowMs = performance.now();
    const { connections, maxConnections, ...status } = this.#sources.status();
    return {
      ...status,
      sequence: ++this.#sequence,
      connections: { open: connections, max: maxConnections },
      bytes: this.flow.bytes,
      rates: this.flow.rates(nowMs),
      changes: this.#counters.changes,
      historyRecords: this.#counters.historyRecords,
      operations: hasOperations ? listOperations(this.#sources.connections(), nowMs) : [],
    };
  }
}

const encoder = new TextEncoder();
