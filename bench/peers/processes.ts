import { LineLog } from "#tests/support/line_log.ts";
import { PROJECT_FOLDER } from "../process.ts";

/** How a command ended. */
export interface CommandEnd {
  /** Wall time from spawn to exit. */
  readonly seconds: number;
  readonly stdout: string;
}

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** A program that was started and goes on. */
export interface Running {
  readonly pid: number;
  readonly stdout: LineLog;
  /** Resolves when it has ended. */
  readonly status: Promise<Deno.CommandStatus>;
  /** Ends it in order, or by force when that takes too long. */
  stop(): Promise<void>;
}

/** What may be chosen of a command. */
export interface CommandOptions {
  /** @default the project's folder */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /**
   * A command that takes longer is killed and has failed.
   * @default 120_000
   */
  readonly deadlineMs?: number;
  /** Hears the process's id at once. */
  readonly onStart?: (pid: number, ended: Promise<unknown>) => void;
}

const DEADLINE_MS = 120_000;
const STOP_MS = 5_000;

/** Knows each process that the bench has started, and ends those that still run when it is disposed of. */
export class Processes implements AsyncDisposable {
  readonly #children = new Set<Deno.ChildProcess>();
  readonly #logs = new Map<Deno.ChildProcess, LineLog>();
  #isClosed = false;

  /** Whether all was ended for good. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Starts a program that serves until it is stopped. */
  start(command: Command, options: CommandOptions = {}): Running {
    const child = this.#spawn(command, options, "null");
    const stdout = new LineLog(child.stdout);
    this.#logs.set(child, stdout);
    return {
      pid: child.pid,
      stdout,
      status: child.status,
      stop: () => this.#stop(child),
    };
  }

  /**
   * Runs a program to its end.
   *
   * @throws {Error} When it fails or takes too long, with what it wrote.
   */
  async run(command: Command, options: CommandOptions = {}): Promise<CommandEnd> {
    const startedMs = performance.now();
    const child = this.#spawn(command, options, "piped");
    options.onStart?.(child.pid, child.status);
    const timer = setTimeout(() => tryKill(child, "SIGKILL"), options.deadlineMs ?? DEADLINE_MS);
    try {
      const { success, signal, stdout, stderr } = await child.output();
      const seconds = (performance.now() - startedMs) / 1000;
      if (success) return { seconds, stdout: new TextDecoder().decode(stdout) };
      const said = new TextDecoder().decode(stderr).trim().slice(-500);
      throw new Error(`${command.join(" ")} failed (${signal ?? "exit code"}): ${said}`);
    } finally {
      clearTimeout(timer);
      this.#children.delete(child);
    }
  }

  /** Ends all that runs. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#children].map((child) => this.#stop(child)));
  }

  /** Ends all that runs; nothing can be started any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.stopAll();
  }

  #spawn(
    [program, ...args]: Command,
    { cwd, env }: CommandOptions,
    stderr: "null" | "piped",
  ): Deno.ChildProcess {
    if (this.#isClosed) throw new Error("the bench is ending");
    const child = new Deno.Command(program, {
      args,
      env: { NO_COLOR: "1", ...env },
      stdin: "null",
      stdout: "piped",
      stderr,
      cwd: cwd ?? PROJECT_FOLDER,
    }).spawn();
    this.#children.add(child);
    return child;
  }

  async #stop(child: Deno.ChildProcess): Promise<void> {
    if (!this.#children.has(child)) return;
    tryKill(child, "SIGTERM");
    const timer = setTimeout(() => tryKill(child, "SIGKILL"), STOP_MS);
    await child.status;
    clearTimeout(timer);
    this.#children.delete(child);
    await this.#logs.get(child)?.ended;
    this.#logs.delete(child);
  }
}

function tryKill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended already, which is what was wanted.
  }
}
