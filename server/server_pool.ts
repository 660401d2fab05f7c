import type { Logger } from "@logtape/logtape";
import { escapeText } from "#protocol/escape_text.ts";
import type { WorkerStart } from "./channel.ts";
import type { DescriptorReserve } from "./descriptor_reserve.ts";
import type { LiveState } from "./live_state.ts";
import { ownStateFolder } from "./root_claim.ts";
import { type ServerSettings, slowestRate } from "./server_options.ts";
import type { ServerPlace } from "./server_place.ts";
import { StateSync } from "./state_sync.ts";
import { allocateGauge } from "./work_gauge.ts";
import { WorkerPool } from "./worker_pool.ts";

/** What the workers of a server share with it. */
export interface ServerPoolParts {
  readonly settings: ServerSettings;
  readonly place: ServerPlace;
  readonly live: LiveState;
  readonly reserve: DescriptorReserve;
  readonly logger: Logger;
  /** Makes the thread. */
  readonly spawn: () => Worker;
  /** Hears that a worker failed or hung. */
  readonly onWorkerLost: () => void;
}

/**
 * Makes the pool of a server's workers.
 *
 * @param parts What they share.
 * @returns The pool, with its spare workers starting.
 */
export function openServerPool(parts: ServerPoolParts): WorkerPool {
  const { settings, live, reserve, logger } = parts;
  const { controls } = parts.place;
  const sync = new StateSync(settings.root);
  return new WorkerPool({
    limit: settings.workers,
    spare: settings.spareWorkers,
    spawn: () => reserve.takeRoomForWorker() ? parts.spawn() : undefined,
    isUnthrottled: () =>
      slowestRate(controls.throttle) === 0 && controls.throttle.chunkDelayMs === 0,
    heartbeatMs: settings.timeouts.heartbeatMs,
    turnMs: settings.timeouts.turnMs,
    start: (count) => workerStart(parts, count),
    syncState: () => sync.sync(),
    onLeased: (count) => live.setLeased(count),
    onAudit: (lines) => controls.addAuditLines(lines),
    onTrouble: (worker, what, detail) => {
      if (what === "lost") parts.onWorkerLost();
      logger.error("worker {worker}: {what}: {detail}", {
        worker,
        what,
        detail: escapeText(detail),
      });
    },
  });
}

/** What a worker is told first. Its number tells it from those of other processes. */
function workerStart(parts: ServerPoolParts, number: number): WorkerStart {
  const { settings, live } = parts;
  const { controls, member, xxh128 } = parts.place;
  const { root, shared, timeouts, trashKeepBytes, mayCompress } = settings;
  return {
    type: "start",
    workerId: (number - 1) * (member?.count ?? 1) + (member?.index ?? 1),
    root,
    place: {
      ownStatePath: ownStateFolder(root, shared),
      hasOtherServers: shared !== undefined,
    },
    hasOthers: member !== undefined || shared !== undefined,
    ...controls.forWorkers,
    counters: live.sharedCounters,
    gauge: allocateGauge(),
    xxh128,
    mayCompress,
    uploadKeepMs: timeouts.uploadKeepMs,
    trashKeepMs: timeouts.trashKeepMs,
    trashKeepBytes,
    historyKeepMs: timeouts.historyKeepMs,
  };
}
