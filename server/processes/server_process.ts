import { fileURLToPath } from "node:url";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { ThrottleChange } from "#protocol/throttle.ts";
import { NOTHING_OBSERVED, type ObservedCounts } from "../metrics/observed_counts.ts";
import type { ServerSettings } from "../server_options.ts";
import { childPermissions } from "./child_permissions.ts";
import { type FleetCounts, NO_COUNTS } from "./fleet.ts";
import {
  encodeMessage,
  type FromProcess,
  parseFromProcess,
  readMessages,
  type ToProcess,
} from "./messages.ts";

const PROGRAM = fileURLToPath(new URL("./process_main.ts", import.meta.url));
/** From the start to the first word. */
const READY_TIMEOUT_MS = 60_000;

/** What a process may be told at any time. */
export type Instruction = Extract<
  ToProcess,
  { type: "certificate" | "logLevel" | "reopenAudit" }
>;

/** A server process that was started, seen from the first one. */
export class ServerProcess {
  /** Resolves when it accepts connections; rejects with a `SluiceError` when it never will. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended. */
  readonly ended: Promise<Deno.CommandStatus>;
  readonly startedMs: number = performance.now();
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #ready = Promise.withResolvers<void>();
  readonly #onThrottle: (change: ThrottleChange) => void;
  #counts = NO_COUNTS;
  #observed = NOTHING_OBSERVED;
  #isWatched = false;
  #isReady = false;
  #pid = 0;
  #lastOthers = "";
  #isWriting = false;
  /** Limits that it is being told. */
  #limits: Extract<ToProcess, { type: "limits" }> | undefined;
  #heardMs = performance.now();

  /**
   * @param settings Its share of the server's settings.
   * @param start What it is told first.
   * @param onThrottle Hears that one of its clients has changed the rates of the whole server.
   */
  constructor(
    settings: ServerSettings,
    start: Extract<ToProcess, { type: "start" }>,
    onThrottle: (change: ThrottleChange) => void,
  ) {
    this.#onThrottle = onThrottle;
    this.#child = spawn(["run", "-q", ...childPermissions(settings), PROGRAM]);
    this.#writer = this.#child.stdin.getWriter();
    this.ready = this.#ready.promise;
    this.ended = this.#child.status;
    void this.#listen();
    void this.#write(start);
    const late = setTimeout(
      () => this.#fail("a server process did not start in time"),
      READY_TIMEOUT_MS,
    );
    // A rejection is for whoever waits; nobody may.
    this.ready.catch(() => {}).finally(() => clearTimeout(late));
  }

  /** Its own number in the system; 0 until it is ready. */
  get pid(): number {
    return this.#pid;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** What it said last of itself. */
  get counts(): FleetCounts {
    return this.#counts;
  }

  /** What it counted for metrics, as it said last. */
  get observed(): ObservedCounts {
    return this.#observed;
  }

  /** Whether somebody watches it. */
  get isWatched(): boolean {
    return this.#isWatched;
  }

  /** When it gave the last sign of life, by `performance.now()`. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** Tells it what the others do, when that is news; one that does not read is told later. */
  tellOthers(message: Extract<ToProcess, { type: "others" }>): void {
    const text = JSON.stringify(message);
    if (!this.#isReady || this.#isWriting || text === this.#lastOthers) return;
    this.#lastOthers = text;
    this.#isWriting = true;
    void this.#write(message).finally(() => this.#isWriting = false);
  }

  /** Tells it something that it is to do. */
  tell(message: Instruction): void {
    void this.#write(message);
  }

  /** Gives it other limits; while it does not read, only the latest ones wait. */
  tellLimits(message: Extract<ToProcess, { type: "limits" }>): void {
    const isWaiting = this.#limits !== undefined;
    this.#limits = message;
    if (!isWaiting) void this.#writeLimits();
  }

  /** Asks it to stop; asked again, it stops at once. */
  stop(): void {
    void this.#write({ type: "stop" });
  }

  /** Ends it without its help. */
  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  }

  async #listen(): Promise<void> {
    try {
      for await (const message of readMessages(this.#child.stdout, parseFromProcess)) {
        this.#receive(message);
      }
    } catch (error) {
      this.#fail(`a server process said what cannot be read: ${String(error)}`);
      this.kill();
    }
    this.#isReady = false;
    this.#fail("a server process ended before it was ready");
    await this.#writer.abort().catch(() => {
      // The pipe broke with the process.
    });
  }

  #receive(message: FromProcess): void {
    this.#heardMs = performance.now();
    switch (message.type) {
      case "ready":
        this.#pid = message.pid;
        if (message.runtime !== Deno.version.deno) {
          this.#fail(`the deno on the PATH is ${message.runtime}, this one ${Deno.version.deno}`);
          return this.kill();
        }
        this.#isReady = true;
        return this.#ready.resolve();
      case "failed":
        return this.#ready.reject(new SluiceError("internal", message.message));
      case "throttle":
        return this.#onThrottle(message.change);
      case "counts":
        this.#counts = message.counts;
        this.#observed = message.observed ?? NOTHING_OBSERVED;
        this.#isWatched = message.isWatched;
        return;
      default:
        message satisfies never;
    }
  }

  #fail(why: string): void {
    this.#ready.reject(new SluiceError("internal", `Cannot start: ${why}`));
  }

  async #writeLimits(): Promise<void> {
    let told: ToProcess | undefined;
    while (told !== this.#limits) {
      told = this.#limits;
      if (told !== undefined) await this.#write(told);
    }
    this.#limits = undefined;
  }

  async #write(message: ToProcess): Promise<void> {
    try {
      await this.#writer.write(encodeMessage(message));
    } catch {
      // It has ended; `ended` says so.
    }
  }
}

/**
 * Starts `deno` with its stdin and stdout as pipes. The permission names the program as the PATH finds it, which
 * may be a link to the one that runs.
 */
function spawn(args: string[]): Deno.ChildProcess {
  const own = Deno.execPath();
  const { state } = Deno.permissions.querySync({ name: "run", command: own });
  const program = state === "granted" ? own : "deno";
  try {
    return new Deno.Command(program, { args, stdin: "piped", stdout: "piped", stderr: "inherit" })
      .spawn();
  } catch (cause) {
    const why = "there is no deno on the PATH that may be run";
    throw new SluiceError("permission_denied", `Cannot start a server process: ${why}`, { cause });
  }
}
