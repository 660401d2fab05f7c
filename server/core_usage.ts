import process from "node:process";

/** Watches what share of the machine's cores this process uses, all its threads together. */
export class CoreUsage {
  #lastMs = performance.now();
  #lastUsedMs = usedMs();

  /** The share since the last call, 0 to 1. */
  share(): number {
    const [nowMs, nowUsedMs] = [performance.now(), usedMs()];
    const share = (nowUsedMs - this.#lastUsedMs) / (nowMs - this.#lastMs);
    [this.#lastMs, this.#lastUsedMs] = [nowMs, nowUsedMs];
    return share / navigator.hardwareConcurrency;
  }
}

/** Processor time of all threads, in ms. */
function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
