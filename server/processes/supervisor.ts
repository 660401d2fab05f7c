import { getLogger } from "@logtape/logtape";
import { escapeText } from "#protocol/escape_text.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { TlsCertificate } from "#protocol/tls_certificate.ts";
import type { ThrottleChange } from "#protocol/throttle.ts";
import type { LogFormat, LogLevel, LogOptions } from "../log_output.ts";
import type { MetricsAddress } from "../metrics/server_metrics.ts";
import { addObserved, NOTHING_OBSERVED, observedOfEnded } from "../metrics/observed_counts.ts";
import type { ServerSettings } from "../server_options.ts";
import { addCounts, countsOfEnded, type FleetCounts, NO_COUNTS } from "./fleet.ts";
import { FleetControls } from "./fleet_controls.ts";
import { FleetMetrics } from "./fleet_metrics.ts";
import { RestartPace } from "./restart_pace.ts";
import { type Instruction, ServerProcess } from "./server_process.ts";

/** How soon a change in one process is known in the others. */
const TELL_MS = 250;
const SILENCE_MS = 60_000;
/** For processes to end after their own time for transfers is over. */
const STOP_MARGIN_MS = 5_000;

/** Options of {@linkcode Supervisor}. */
export interface ProcessesOptions {
  readonly count: number;
  readonly logFormat: LogFormat;
  readonly log: LogOptions;
  /** A process that says nothing for so long is taken for hung, and killed. @default 60_000 */
  readonly silenceMs?: number;
}

/**
 * The first process of a server that has several. It serves nobody: it starts the others, starts them again when they
 * end, tells them of each other, and stops them. When it is killed they stop by themselves.
 */
export class Supervisor {
  readonly controls: FleetControls;
  #options: ProcessesOptions;
  readonly #metrics: FleetMetrics | undefined;
  readonly #graceMs: number;
  readonly #claim: Disposable;
  readonly #logger = getLogger(["sluice", "server"]);
  readonly #upSinceMs = Date.now();
  /** Processes by their number from 0; missing while one waits to be started again. */
  readonly #processes = new Map<number, ServerProcess>();
  readonly #paces: readonly RestartPace[];
  readonly #restarts = new Set<ReturnType<typeof setTimeout>>();
  /** What processes did that have ended. */
  #ended = NO_COUNTS;
  #endedObserved = NOTHING_OBSERVED;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #lastTickMs = performance.now();
  #stopped: Promise<void> | undefined;

  /**
   * @param settings Of the whole server; root is a real path.
   * @param options How many processes, and how they log.
   * @param claim Keeps root; it is ended when all have stopped.
   * @throws {RangeError} When the settings cannot be shared out, or metrics cannot be served.
   */
  constructor(settings: ServerSettings, options: ProcessesOptions, claim: Disposable) {
    this.#options = options;
    this.#graceMs = settings.timeouts.graceMs;
    this.#claim = claim;
    this.controls = new FleetControls(settings, options.count, {
      onChange: () => this.#shareOut(),
      onReopenAudit: () => this.#instruct({ type: "reopenAudit" }),
    });
    this.#paces = this.controls.shared.shares.map(() => new RestartPace());
    this.#metrics = settings.metrics && new FleetMetrics(settings.metrics, {
      controls: this.controls,
      upSinceMs: this.#upSinceMs,
      serverName: settings.shared,
      counts: () => this.#count([...this.#processes.values()]),
      observed: () => {
        const all = [...this.#processes.values()].map(({ observed }) => observed);
        return addObserved([this.#endedObserved, ...all]);
      },
      running: () => this.pids.length,
      isStopping: () => this.#stopped !== undefined,
    });
  }

  /** Starts all; when one cannot, none stays. */
  async start(): Promise<void> {
    try {
      const { shares } = this.controls.shared;
      const started = shares.map((_, index) => this.#launch(index));
      await Promise.all(started.map(({ ready }) => ready));
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#ticker = setInterval(() => this.#tick(), TELL_MS);
    // One may have ended while others were still starting.
    this.controls.shared.shares.forEach((_, index) => {
      if (!this.#processes.has(index)) this.#launch(index);
    });
    this.#tellAll();
  }

  get pids(): readonly number[] {
    return [...this.#processes.values()].flatMap(({ isReady, pid }) => isReady ? [pid] : []);
  }

  renewCertificate(tls: TlsCertificate): void {
    this.controls.setCertificate(tls);
    this.#instruct({ type: "certificate", tls });
  }

  setLogLevel(level: LogLevel): void {
    // Those that are started again begin with it.
    this.#options = { ...this.#options, log: { ...this.#options.log, level } };
    this.#instruct({ type: "logLevel", level });
  }

  get metricsAddress(): MetricsAddress | undefined {
    return this.#metrics?.address;
  }

  stop(): Promise<void> {
    for (const process of this.#processes.values()) process.stop();
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    for (const timer of this.#restarts) clearTimeout(timer);
    const late = setTimeout(() => {
      for (const process of this.#processes.values()) process.kill();
    }, this.#graceMs + STOP_MARGIN_MS);
    await Promise.all([...this.#processes.values()].map(({ ended }) => ended));
    clearTimeout(late);
    clearInterval(this.#ticker);
    this.#metrics?.[Symbol.dispose]();
    this.#claim[Symbol.dispose]();
  }

  #launch(index: number): ServerProcess {
    const { limits, shares } = this.controls.shared;
    const settings = shares[index];
    if (settings === undefined) {
      throw new RangeError(`Cannot start process ${index}: there is none`);
    }
    const number = index + 1;
    const process = new ServerProcess(settings, {
      type: "start",
      settings,
      member: { index: number, count: shares.length, limits, upSinceMs: this.#upSinceMs },
      logFormat: this.#options.logFormat,
      log: { ...this.#options.log, process: number },
    }, (change) => this.#onThrottle(number, change));
    this.#processes.set(index, process);
    void process.ready.then(() => this.#onReady(number, process), (error: unknown) => {
      const reason = escapeText(error instanceof SluiceError ? error.message : String(error));
      this.#logger.error("process {process} did not start: {reason}", { process: number, reason });
    });
    void process.ended.then((status) => this.#onEnd(index, process, status));
    return process;
  }

  #onReady(number: number, { pid }: ServerProcess): void {
    this.#logger.info("process {process}: accepts connections, pid {pid}", {
      process: number,
      pid,
    });
    this.#tellAll();
  }

  #onEnd(index: number, process: ServerProcess, { code, signal }: Deno.CommandStatus): void {
    this.#ended = addCounts([this.#ended, countsOfEnded(process.counts)]);
    this.#endedObserved = addObserved([this.#endedObserved, observedOfEnded(process.observed)]);
    this.#processes.delete(index);
    if (this.#stopped !== undefined || this.#ticker === undefined) return;
    const waitMs = this.#paces[index]?.next(performance.now() - process.startedMs) ?? 0;
    this.#logger.error("process {process} ended with {how}; it starts again in {waitMs} ms", {
      process: index + 1,
      how: signal ?? `code ${code}`,
      waitMs,
    });
    this.#tellAll();
    const timer = setTimeout(() => {
      this.#restarts.delete(timer);
      this.#relaunch(index, process);
    }, waitMs);
    this.#restarts.add(timer);
  }

  #relaunch(index: number, before: ServerProcess): void {
    try {
      this.#launch(index);
    } catch (error) {
      const fields = { process: index + 1, reason: String(error) };
      this.#logger.error("process {process} did not start: {reason}", fields);
      this.#onEnd(index, before, { success: false, code: 1, signal: null });
    }
  }

  #tick(): void {
    const nowMs = performance.now();
    // Time in which this process stood still itself is nobody's silence.
    const stoodStillMs = Math.max(0, nowMs - this.#lastTickMs - 2 * TELL_MS);
    this.#lastTickMs = nowMs;
    const { silenceMs = SILENCE_MS } = this.#options;
    for (const [index, process] of this.#processes) {
      if (!process.isReady || nowMs - stoodStillMs - process.heardMs < silenceMs) continue;
      this.#logger.error("process {process} is silent; it is killed", { process: index + 1 });
      process.kill();
    }
    this.#tellAll();
  }

  /** A process has checked that its client may do that. */
  #onThrottle(number: number, { rate, ratePerConnection }: ThrottleChange): void {
    try {
      this.controls.setThrottle({
        ...(rate === undefined ? {} : { rate }),
        ...(ratePerConnection === undefined ? {} : { ratePerConnection }),
      });
    } catch (error) {
      const fields = { process: number, reason: escapeText(String(error)) };
      this.#logger.error("process {process} asks for a throttle that is none: {reason}", fields);
    }
  }

  #shareOut(): void {
    const { limits: fleet, shares } = this.controls.shared;
    for (const [index, process] of this.#processes) {
      const settings = shares[index];
      if (settings === undefined) continue;
      const { throttle, limits, maxConnections } = settings;
      process.tellLimits({ type: "limits", settings: { throttle, limits, maxConnections }, fleet });
    }
  }

  #instruct(message: Instruction): void {
    for (const process of this.#processes.values()) process.tell(message);
  }

  /** What these do together, and what those did that have ended. */
  #count(processes: readonly ServerProcess[]): FleetCounts {
    return addCounts([this.#ended, ...processes.map(({ counts }) => counts)]);
  }

  /** Tells each process what the others do. */
  #tellAll(): void {
    const all = [...this.#processes.values()];
    const running = all.filter(({ isReady }) => isReady).length;
    for (const process of all) {
      const others = all.filter((other) => other !== process);
      process.tellOthers({
        type: "others",
        counts: this.#count(others),
        running,
        isWatched: others.some(({ isWatched }) => isWatched),
      });
    }
  }
}
