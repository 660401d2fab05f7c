import { addAdmissions, type AdmissionSnapshot } from "../admission/admission_counts.ts";
import type { RoomCells } from "../limits/room_cells.ts";
import { RequestTally } from "./request_tally.ts";

/** Bytes of memory that a process takes. */
export type MemoryUse = Pick<
  Deno.MemoryUsage,
  "rss" | "heapUsed" | "heapTotal" | "external"
>;

/** How much room there is, as far as it is known. */
export type RoomView = Pick<RoomCells, "isMeasured" | "usedBytes" | "freeBytes">;

/** What only the metrics of one process tell, or those of several together; plain data. */
export interface ObservedCounts {
  /** Cells of its `RequestTally`. */
  readonly tally: readonly number[];
  /** Connections since its start. */
  readonly accepted: number;
  /** Who was let in, and why others were not. */
  readonly admission: AdmissionSnapshot;
  /** Handshakes of TLS that are given up or refused, and have a descriptor until their peers leave. */
  readonly unfinished: number;
  /** Workers that failed or hung. */
  readonly workersLost: number;
  readonly memory: MemoryUse;
  readonly room: RoomView;
}

/** Counts of nothing. */
export const NOTHING_OBSERVED: ObservedCounts = {
  tally: [],
  accepted: 0,
  admission: addAdmissions([]),
  unfinished: 0,
  workersLost: 0,
  memory: { rss: 0, heapUsed: 0, heapTotal: 0, external: 0 },
  room: { isMeasured: false, usedBytes: 0, freeBytes: Number.MAX_SAFE_INTEGER },
};

/** Memory of this process. */
export function memoryUse(): MemoryUse {
  const { rss, heapUsed, heapTotal, external } = Deno.memoryUsage();
  return { rss, heapUsed, heapTotal, external };
}

/**
 * Adds up what processes counted. They all look at the same disk: of what they know of it the least room counts.
 *
 * @param all Of each process.
 */
export function addObserved(all: readonly ObservedCounts[]): ObservedCounts {
  const sum = (of: (one: ObservedCounts) => number): number =>
    all.reduce((total, one) => total + of(one), 0);
  return {
    tally: RequestTally.sum(all.map(({ tally }) => tally)),
    accepted: sum(({ accepted }) => accepted),
    admission: addAdmissions(all.map(({ admission }) => admission)),
    unfinished: sum(({ unfinished }) => unfinished),
    workersLost: sum(({ workersLost }) => workersLost),
    memory: {
      rss: sum(({ memory }) => memory.rss),
      heapUsed: sum(({ memory }) => memory.heapUsed),
      heapTotal: sum(({ memory }) => memory.heapTotal),
      external: sum(({ memory }) => memory.external),
    },
    room: {
      isMeasured: all.some(({ room }) => room.isMeasured),
      usedBytes: Math.max(0, ...all.map(({ room }) => room.usedBytes)),
      freeBytes: Math.min(Number.MAX_SAFE_INTEGER, ...all.map(({ room }) => room.freeBytes)),
    },
  };
}

/** What is left of a process that has ended: what it did, for sums that must never go down. */
export function observedOfEnded(
  { tally, accepted, admission, workersLost }: ObservedCounts,
): ObservedCounts {
  return { ...NOTHING_OBSERVED, tally, accepted, admission, workersLost };
}
