import type { CommandRun } from "../context.ts";
import type { TransferFlags } from "../flags.ts";
import type { Board } from "../progress/board.ts";
import type { TextMeasure } from "../progress/text_measure.ts";
import type { TransferMonitor } from "./transfer_monitor.ts";
import type { PlannedFolder, TransferJob, TransferPlan } from "./transfer_plan.ts";

/** Who is told what a plan holds. */
export interface PlanListeners {
  readonly monitor: TransferMonitor;
  readonly board: Board;
  readonly measure: TextMeasure;
  readonly isLive: boolean;
  /** Gets the folders. */
  readonly folders: PlannedFolder[];
}

/** Takes the files out of a plan; all else in it is told to whom it concerns. */
export class PlanReader {
  readonly #run: CommandRun<TransferFlags>;
  readonly #listeners: PlanListeners;

  /**
   * @param run The command under way.
   * @param listeners Who is told.
   */
  constructor(run: CommandRun<TransferFlags>, listeners: PlanListeners) {
    this.#run = run;
    this.#listeners = listeners;
  }

  /** Gives the files one by one. */
  async *read(plan: TransferPlan): AsyncGenerator<TransferJob, void, void> {
    const { monitor, board, measure, isLive, folders } = this.#listeners;
    for await (const item of plan) {
      if (this.#run.environment.signal.aborted) return;
      switch (item.kind) {
        case "failure":
          monitor.failedBefore(item.name, item.error);
          break;
        case "note":
          monitor.note(item.text);
          break;
        case "folder":
          folders.push(item);
          break;
        case "job":
          board.plan(item.sizeBytes);
          if (isLive) measure.prepareFor(item.label);
          yield item;
          break;
        default:
          item satisfies never;
      }
    }
    board.planned();
  }
}
