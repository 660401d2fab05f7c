import type { Snapshot, StatusResult } from "#protocol/replies.ts";
import { type Access, OPEN_ACCESS } from "./access/access.ts";
import { FlowCounter } from "./flow_counter.ts";
import { LiveCounters } from "./live_counters.ts";
import { listOperations, type WatchedConnection } from "./snapshot_operations.ts";

/** Snapshots younger than this are shared: a thousand watchers cost as much as one. */
const SHARE_MS = 50;

/** What a live state is made of. */
export interface LiveSources {
  readonly status: () => StatusResult;
  readonly connections: () => Iterable<WatchedConnection>;
  /** Adds what other processes of the server do, where there are any, as far as the viewer may know it. */
  readonly complete: (own: Snapshot, viewer: Access) => Snapshot;
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
    const picture = this.#sources.complete(this.#take(nowMs, viewer), viewer);
    const payload = encoder.encode(JSON.stringify(picture));
    this.#pictures.set(key, payload);
    return payload;
  }

  /**
   * Gives what this process does, whatever others do, as other processes of the server are told: nothing is left
   * out, since each of them decides by itself what its viewers may see.
   *
   * @param options `hasOperations`: whether connections are listed.
   */
  own({ hasOperations = true }: { readonly hasOperations?: boolean } = {}): Snapshot {
    return this.#take(performance.now(), hasOperations ? OPEN_ACCESS : undefined);
  }

  /** Without a viewer no connection is listed. */
  #take(nowMs: number, viewer: Access | undefined): Snapshot {
    const { connections, maxConnections, ...status } = this.#sources.status();
    return {
      ...status,
      sequence: ++this.#sequence,
      connections: { open: connections, max: maxConnections },
      bytes: this.flow.bytes,
      rates: this.flow.rates(nowMs),
      changes: this.#counters.changes,
      historyRecords: this.#counters.historyRecords,
      operations: viewer === undefined
        ? []
        : listOperations(this.#sources.connections(), nowMs, viewer),
    };
  }
}

/** Those who may see the same share a picture: all admins of one folder, or all holders of a token. */
function keyOf({ role, base, token }: Access): string {
  return role === "admin" ? `admin ${base}` : `token ${token?.id}`;
}

const encoder = new TextEncoder();
