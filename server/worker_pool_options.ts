import type { WorkerStart } from "./channel.ts";

/** Options of `WorkerPool`. */
export interface WorkerPoolOptions {
  /** Most workers at once. */
  readonly limit: number;
  /** Idle workers that are kept warm, so that a connection need not wait for one to start. */
  readonly spare: number;
  /** Makes the thread. */
  readonly spawn: () => Worker | undefined;
  /** What a worker is told first. */
  readonly start: (workerId: number) => WorkerStart;
  /** A worker that was silent this long, in ms, is taken for hung. */
  readonly heartbeatMs: number;
  /** A lease may last this long, in ms, while others wait; then it ends between two requests. */
  readonly turnMs: number;
  /** Whether what is served takes all the speed that there is, not that of a throttle; may change. */
  readonly isUnthrottled: () => boolean;
  /** Makes all that was written durable; says whether it could. */
  readonly syncState: () => Promise<boolean>;
  /** Takes lines for the audit log. */
  readonly onAudit: (lines: string) => void;
  /** Hears how many workers serve somebody, whenever that changes. */
  readonly onLeased: (count: number) => void;
  /** Hears of workers that were lost and of faults. */
  readonly onTrouble: (workerId: number, what: "lost" | "fault", detail: string) => void;
}

/** How many workers do what. */
export interface WorkerCounts {
  readonly leased: number;
  readonly idle: number;
  readonly limit: number;
}
