import type { Snapshot, StatusResult } from "#protocol/replies.ts";
import type { Access } from "./access/access.ts";
import { FlowCounter } from "./flow_counter.ts";
import { LiveCounters } from "./live_counters.ts";
import { listOperations, type WatchedConnection } from "./snapshot_operations.ts";

/** Snapshots younger than this are shared: a thousand watchers cost as much as one. */
const SHARE_MS = 50;

/** What a live state is made of. */
export interface LiveSources {
  readonly status: () => StatusResult;
  readonly connections: () => Iterable<WatchedConnection>;
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
  /** Pictures of the present moment, by who may see them. */
  readonly #pictures = new Map<string, Uint8Array>();
  #takenMs = 0;

  /** @param sources What a snapshot shows. */
  constructor(sources: LiveSources) {
    this.#sources = sources;
  }

  /** Moves the windows of the rates on; called about once a second. */
  tick(nowMs: number): void {
    this.flow.tick(nowMs);
  }

  /**
   * Gives the payload of a SNAPSHOT.
   *
   * @param viewer Who looks.
   * @returns JSON, not to be changed: others may get the same.
   */
  snapshot(viewer: Access): Uint8Array {
    const nowMs = performance.now();
    if (nowMs - this.#takenMs >= SHARE_MS) this.#pictures.clear();
    if (this.#pictures.size === 0) this.#takenMs = nowMs;
    const key = keyOf(viewer);
    const taken = this.#pictures.get(key);
    if (taken !== undefined) return taken;
    const payload = encoder.encode(JSON.stringify(this.#take(nowMs, viewer)));
    this.#pictures.set(key, payload);
    return payload;
  }

  #take(nowMs: number, viewer: Access): Snapshot {
    const { connections, maxConnections, ...status } = this.#sources.status();
    return {
      ...status,
      sequence: ++this.#sequence,
      connections: { open: connections, max: maxConnections },
      bytes: this.flow.bytes,
      rates: this.flow.rates(nowMs),
      changes: this.#counters.changes,
      historyRecords: this.#counters.historyRecords,
      operations: listOperations(this.#sources.connections(), nowMs, viewer),
    };
  }
}

/** Those who may see the same share a picture: all admins of one folder, or all holders of a token. */
function keyOf({ role, base, token }: Access): string {
  return role === "admin" ? `admin ${base}` : `token ${token?.id}`;
}

const encoder = new TextEncoder();
