import { getLogger } from "@logtape/logtape";
import { escapeText } from "#protocol/escape_text.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { TlsCertificate } from "#protocol/tls_certificate.ts";
import type { LogFormat, LogOptions } from "../log_output.ts";
import { prepareRoot } from "../prepare_root.ts";
import { claimRoot } from "../root_claim.ts";
import { completeSettings, type ServerOptions } from "../server_options.ts";
import { addCounts, countsOfEnded, NO_COUNTS } from "./fleet.ts";
import { RestartPace } from "./restart_pace.ts";
import { ServerProcess } from "./server_process.ts";
import { type SharedSettings, shareSettings } from "./share_settings.ts";

/** How soon a change in one process is known in the others. */
const TELL_MS = 250;
const SILENCE_MS = 60_000;
/** For processes to end after their own time for transfers is over. */
const STOP_MARGIN_MS = 5_000;

/** Options of {@linkcode startProcesses}. */
export interface ProcessesOptions {
  readonly count: number;
  readonly logFormat: LogFormat;
  readonly log: LogOptions;
  /** A process that says nothing for so long is taken for hung, and killed. @default 60_000 */
  readonly silenceMs?: number;
}

/** A server of several processes. */
export interface ProcessServer {
  readonly hostname: string;
  readonly port: number;
  /** Real path of the folder that it serves. */
  readonly root: string;
  /** Number in the system of each process that accepts connections. */
  readonly pids: readonly number[];
  /** Gives all processes another certificate for new connections. */
  renewCertificate(tls: TlsCertificate): void;
  /** Stops all processes; called again, at once. */
  stop(): Promise<void>;
}

/**
 * Starts a server of several processes on one port. This process serves nobody: it starts the others, starts them
 * again when they end, tells them of each other, and stops them. When it is killed they stop by themselves.
 *
 * @param options Of the whole server.
 * @param processes How many, and how they log.
 * @returns The server, when all processes accept connections.
 * @throws {RangeError} When a setting is out of its range.
 * @throws {SluiceError} When root cannot be served or a process cannot start.
 * @throws {Deno.errors.AddrInUse} When the port is taken.
 */
export async function startProcesses(
  options: ServerOptions,
  processes: ProcessesOptions,
): Promise<ProcessServer> {
  const settings = completeSettings(options);
  const shared = shareSettings(settings, processes.count);
  if (Deno.build.os !== "linux") {
    throw new RangeError("Cannot run several processes: only Linux shares a port out evenly");
  }
  const root = await prepareRoot(settings.root, settings.shared);
  using claims = new DisposableStack();
  claims.use(await claimRoot(root, settings.shared));
  const address = freeAddress(settings.host, settings.port);
  const shares = shared.shares.map((share) => ({ ...share, root, port: address.port }));
  const graceMs = settings.timeouts.graceMs;
  const supervisor = new Supervisor({ ...shared, shares }, processes, graceMs, claims.move());
  await supervisor.start();
  const { hostname, port } = address;
  return {
    hostname,
    port,
    root,
    get pids(): readonly number[] {
      return supervisor.pids;
    },
    renewCertificate: (tls) => supervisor.renewCertificate(tls),
    stop: () => supervisor.stop(),
  };
}

/**
 * Finds the port. Nobody may have it: processes of one user could share it with another server by mistake, and
 * connections would end up in either.
 */
function freeAddress(hostname: string, port: number): Deno.NetAddr {
  using listener = Deno.listen({ hostname, port });
  return listener.addr;
}

class Supervisor {
  #settings: SharedSettings;
  readonly #options: ProcessesOptions;
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
  #ticker: ReturnType<typeof setInterval> | undefined;
  #lastTickMs = performance.now();
  #stopped: Promise<void> | undefined;

  constructor(
    settings: SharedSettings,
    options: ProcessesOptions,
    graceMs: number,
    claim: Disposable,
  ) {
    this.#settings = settings;
    this.#options = options;
    this.#graceMs = graceMs;
    this.#claim = claim;
    this.#paces = settings.shares.map(() => new RestartPace());
  }

  /** Starts all; when one cannot, none stays. */
  async start(): Promise<void> {
    try {
      const started = this.#settings.shares.map((_, index) => this.#launch(index));
      await Promise.all(started.map(({ ready }) => ready));
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#ticker = setInterval(() => this.#tick(), TELL_MS);
    // One may have ended while others were still starting.
    this.#settings.shares.forEach((_, index) => {
      if (!this.#processes.has(index)) this.#launch(index);
    });
    this.#tellAll();
  }

  get pids(): readonly number[] {
    return [...this.#processes.values()].flatMap(({ isReady, pid }) => isReady ? [pid] : []);
  }

  renewCertificate(tls: TlsCertificate): void {
    // Those that are started again begin with it.
    const shares = this.#settings.shares.map((share) => ({ ...share, tls }));
    this.#settings = { ...this.#settings, shares };
    for (const process of this.#processes.values()) process.renewCertificate(tls);
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
    this.#claim[Symbol.dispose]();
  }

  #launch(index: number): ServerProcess {
    const settings = this.#settings.shares[index];
    if (settings === undefined) {
      throw new RangeError(`Cannot start process ${index}: there is none`);
    }
    const { limits, shares } = this.#settings;
    const number = index + 1;
    const process = new ServerProcess(settings, {
      type: "start",
      settings,
      member: { index: number, count: shares.length, limits, upSinceMs: this.#upSinceMs },
      logFormat: this.#options.logFormat,
      log: { ...this.#options.log, process: number },
    });
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

  /** Tells each process what the others do. */
  #tellAll(): void {
    const all = [...this.#processes.values()];
    const running = all.filter(({ isReady }) => isReady).length;
    for (const process of all) {
      const others = all.filter((other) => other !== process);
      process.tellOthers({
        type: "others",
        counts: addCounts([this.#ended, ...others.map(({ counts }) => counts)]),
        running,
        isWatched: others.some(({ isWatched }) => isWatched),
      });
    }
  }
}
