import { getLogger } from "@logtape/logtape";
import { escapeText } from "#protocol/escape_text.ts";
import { type Configuration, flagOf, type RawConfiguration } from "./configuration.ts";
import type { LiveControls } from "./live_controls.ts";
import { completeSettings } from "./server_options.ts";

/** Settings that take effect at once; all others need a restart. */
const LIVE: ReadonlySet<keyof RawConfiguration> = new Set<keyof RawConfiguration>([
  "rate",
  "ratePerConnection",
  "maxConnections",
  "largestFile",
  "quota",
  "reserve",
  "readOnly",
  "allowNames",
  "denyNames",
  "logLevel",
]);

/** What a reload needs. */
export interface ReloaderOptions {
  /** Reads flags, variables and file anew. */
  readonly load: () => Promise<Configuration>;
  readonly controls: LiveControls;
  /** Changes how much is logged. */
  readonly setLogLevel: (level: Configuration["logLevel"]) => Promise<void>;
}

/**
 * Reads the configuration again while the server runs. What differs from the last time takes effect, or is
 * said to need a restart; a configuration that cannot be used changes nothing.
 */
export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #logger = getLogger(["sluice", "server"]);
  #current: Configuration;
  #running: Promise<void> = Promise.resolve();

  /**
   * @param current What the server was started with.
   * @param options What a reload needs.
   */
  constructor(current: Configuration, options: ReloaderOptions) {
    this.#current = current;
    this.#options = options;
  }

  /** Reloads, one after the other; never rejects. */
  reload(): Promise<void> {
    this.#running = this.#running.then(() => this.#reload());
    return this.#running;
  }

  async #reload(): Promise<void> {
    this.#reopenFiles();
    try {
      const next = await this.#options.load();
      // All of it is looked at before any of it is used.
      completeSettings({ ...next.options, root: "" });
      const changed = changedKeys(this.#current.raw, next.raw);
      const live = changed.filter((key) => LIVE.has(key));
      await this.#apply(live, next);
      this.#tell(live, changed.filter((key) => !LIVE.has(key)));
      this.#current = next;
    } catch (error) {
      const reason = escapeText(error instanceof Error ? error.message : String(error));
      this.#logger.error("the configuration is not reloaded, nothing has changed: {reason}", {
        reason,
      });
    }
  }

  /** Files that other programs put aside or replace are opened or read anew here, and nowhere else. */
  #reopenFiles(): void {
    this.#options.controls.reopenAudit();
  }

  async #apply(keys: readonly (keyof RawConfiguration)[], next: Configuration): Promise<void> {
    const { controls, setLogLevel } = this.#options;
    const { throttle, limits, maxConnections } = completeSettings({ ...next.options, root: "" });
    // Only what the file changed: a rate that somebody set with `throttle` stays otherwise.
    for (const rate of ["rate", "ratePerConnection"] as const) {
      if (keys.includes(rate)) controls.setThrottle({ [rate]: throttle[rate] });
    }
    controls.setLimits(limits);
    controls.setMaxConnections(maxConnections);
    if (keys.includes("logLevel")) await setLogLevel(next.logLevel);
  }

  #tell(
    live: readonly (keyof RawConfiguration)[],
    later: readonly (keyof RawConfiguration)[],
  ): void {
    const names = (keys: readonly (keyof RawConfiguration)[]): string =>
      keys.map(flagOf).join(", ");
    if (live.length + later.length === 0) this.#logger.info("reloaded: nothing has changed");
    if (live.length > 0) {
      this.#logger.info("reloaded: {changed} took effect", { changed: names(live) });
    }
    if (later.length > 0) {
      this.#logger.warn("reloaded: {later} need a restart", { later: names(later) });
    }
  }
}

function changedKeys(
  before: RawConfiguration,
  after: RawConfiguration,
): (keyof RawConfiguration)[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return ([...keys] as (keyof RawConfiguration)[])
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key])).sort();
}
