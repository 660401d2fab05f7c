import type { CommandEnd } from "../processes.ts";
import { spreadOf } from "../../statistics.ts";

/** Notes what Sluice's client says of its own time, which leaves the start of its process out. */
export class SluiceClock {
  readonly #seconds: number[] = [];

  /** Reads the lines of `--json`. */
  note(end: CommandEnd): void {
    for (const line of end.stdout.trim().split("\n")) {
      const record = JSON.parse(line);
      if (record.type === "result") this.#seconds.push(record.seconds);
    }
  }

  /** A remark for people; the first round warmed up. */
  remark(bytes: number): string {
    const rates = this.#seconds.slice(1).map((seconds) => bytes / 1e6 / seconds);
    if (rates.length === 0) return "";
    const { median, min, max } = spreadOf(rates);
    const range = `${min.toFixed(0)} to ${max.toFixed(0)}`;
    return `By its client's own clock, from connect to published and without the start of its ` +
      `process, Sluice reaches ${median.toFixed(0)} MB/s (${range}).`;
  }
}
