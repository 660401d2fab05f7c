import { escapeText } from "#protocol/escape_text.ts";
import type { Terminal } from "../terminal.ts";
import { describeFailure, INTERRUPTED_EXIT } from "./failure.ts";
import { jsonLine } from "./json_line.ts";

/** How a command's output is wanted. */
export interface ReportOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Aborted when the person interrupted the command. */
  readonly signal: AbortSignal;
}

/** A JSON line of stdout, without its `type`. */
export type ReportRecord = Readonly<Record<string, unknown>>;

/**
 * The output of one command: results on stdout, all else on stderr, as text or as JSON lines, and
 * the exit code that follows from it.
 */
export class Report {
  readonly #terminal: Terminal;
  readonly #options: ReportOptions;
  #exitCode = 0;

  /**
   * @param terminal Where the output goes.
   * @param options JSON or text, and how much of it.
   */
  constructor(terminal: Terminal, options: ReportOptions) {
    this.#terminal = terminal;
    this.#options = options;
  }

  get isJson(): boolean {
    return this.#options.json;
  }

  get isQuiet(): boolean {
    return this.#options.quiet;
  }

  /** The first failure's exit code; 0 without one; 130 when the person interrupted. */
  get exitCode(): number {
    return this.#exitCode;
  }

  /**
   * Writes one result.
   *
   * @param record What `--json` prints.
   * @param text What people read; names in it are escaped already. May have several lines.
   */
  result(record: ReportRecord, text: string): void {
    this.#terminal.out(this.isJson ? jsonLine("result", record) : `${text}\n`);
  }

  /** Writes where a transfer stands; JSON only. */
  progress(record: ReportRecord): void {
    if (this.isJson) this.#terminal.out(jsonLine("progress", record));
  }

  /** Writes a line for people to stderr, unless `--quiet`. The text may hold foreign names. */
  note(text: string): void {
    if (!this.isQuiet) this.#terminal.err(`${escapeText(text)}\n`);
  }

  /**
   * Writes a failure; the first one decides the exit code. What ends because the person
   * interrupted gets no line for people: {@linkcode interrupted} says it once.
   *
   * @param error What was thrown.
   * @param name The file that it is about.
   */
  failure(error: unknown, name?: string): void {
    const { code, exitCode, message, errorId } = describeFailure(error);
    if (this.isJson) this.#terminal.out(jsonLine("error", { code, message, name, errorId }));
    if (code === "cancelled" && this.#options.signal.aborted) {
      this.#exitCode = INTERRUPTED_EXIT;
      return;
    }
    if (this.#exitCode === 0) this.#exitCode = exitCode;
    this.#terminal.err(`sluice: ${escapeText(message)}\n`);
  }

  /** Writes what failed, for people, below the failures themselves. */
  summary(lines: readonly string[]): void {
    for (const line of lines) this.#terminal.err(`${escapeText(line)}\n`);
  }

  /** Says, once at the end, that the person's interrupt ended the command. */
  interrupted(text: string): void {
    this.#exitCode = INTERRUPTED_EXIT;
    this.#terminal.err(`sluice: ${escapeText(text)}\n`);
  }

  /** Waits until all is written: call it now and then while printing without end. */
  flush(): Promise<void> {
    return this.#terminal.flush();
  }
}
