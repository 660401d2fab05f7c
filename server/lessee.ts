import type { WorkerHandle } from "./worker_handle.ts";

/** A connection that waits for a worker, or has one. */
export interface Lessee {
  onGranted(handle: WorkerHandle): void;
  /** All workers are taken; 1 is served next. */
  onPosition(position: number): void;
  /** Somebody needs the worker that this one keeps without using it: release it now. */
  giveUp(): void;
  /** Others have waited while this one worked for long: release between two requests. */
  yieldTurn(): void;
}
