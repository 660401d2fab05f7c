/** Over which sparse connections are spread. */
export const SPARSE_SECONDS = 8;
/** Connections that a server has served at the same time before it is measured. */
export const WARM_CONNECTIONS = 2;

/** Work that is both measured and simulated. */
export type CheckPoint =
  /** So many connections that list at once, on a server that was just started. */
  | { readonly kind: "lists"; readonly count: number }
  /** So many connections that come one after the other within 8 s, list and stay. */
  | { readonly kind: "sparse"; readonly count: number }
  /** So many downloads of 16 MiB at once, on a server that was just started. */
  | { readonly kind: "streams"; readonly count: number }
  /** So many downloads under a rate each, once all of them flow. */
  | { readonly kind: "throttled"; readonly count: number };

/** What both look at. */
export interface PointFigures {
  /** Until all are served; under a rate until all flow. */
  readonly seconds: number;
  /** Processor time of the server in that time; under a rate its cores in use while all flow. */
  readonly cpu: number;
  readonly peakBytes: number;
}

/** What was measured of a point. */
export interface MeasuredFigures extends PointFigures {
  /** Share of the time in which the server's main thread had a core when it had work. */
  readonly attended: number;
}

/** A point as it was measured and as it was simulated. */
export interface CheckedPoint {
  readonly point: CheckPoint;
  readonly measured: MeasuredFigures;
  readonly simulated: PointFigures;
}

/** Points that are checked; none of them is used to calibrate. */
export const CHECK_POINTS: readonly CheckPoint[] = [
  ...[50, 200, 500, 1000].map((count) => ({ kind: "lists", count } as const)),
  { kind: "sparse", count: 80 },
  ...[8, 16, 64].map((count) => ({ kind: "streams", count } as const)),
  ...[32, 64, 128].map((count) => ({ kind: "throttled", count } as const)),
];

/** Says what a point is. */
export function describePoint({ kind, count }: CheckPoint): string {
  switch (kind) {
    case "lists":
      return `${count} connections list at once`;
    case "sparse":
      return `${count} connections, one after the other within ${SPARSE_SECONDS} s`;
    case "streams":
      return `${count} downloads of 16 MiB at once`;
    case "throttled":
      return `${count} downloads at 100 kB/s each`;
  }
}

/**
 * How far a simulation is off.
 *
 * @returns In %, positive when it says too much; `undefined` when nothing was measured.
 */
export function errorPercent(measured: number, simulated: number): number | undefined {
  return measured > 0 ? (simulated / measured - 1) * 100 : undefined;
}
