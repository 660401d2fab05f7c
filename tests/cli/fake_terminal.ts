import type { LiveStyle, Terminal, TerminalSize } from "#client/cli/terminal.ts";

/** What a test may choose of a terminal. */
export interface FakeTerminalOptions {
  /** Whether a person sits there. */
  readonly isInteractive?: boolean;
  readonly liveStyle?: LiveStyle;
  readonly size?: TerminalSize;
  /** What the person answers; the input ends behind the last. */
  readonly answers?: readonly string[];
}

/** A terminal that keeps what is written and answers from a list. */
export class FakeTerminal implements Terminal {
  readonly isInputTerminal: boolean;
  readonly isOutputTerminal: boolean;
  readonly isErrorTerminal: boolean;
  readonly liveStyle: LiveStyle;
  readonly isBusy = false;
  readonly #size: TerminalSize;
  readonly #answers: string[];
  stdout = "";
  stderr = "";
  /** Both streams, in order. */
  both = "";

  constructor(options: FakeTerminalOptions = {}) {
    const isInteractive = options.isInteractive ?? false;
    this.isInputTerminal = isInteractive;
    this.isOutputTerminal = isInteractive;
    this.isErrorTerminal = isInteractive;
    this.liveStyle = options.liveStyle ?? "none";
    this.#size = options.size ?? { columns: 80, rows: 24 };
    this.#answers = [...options.answers ?? []];
  }

  /** JSON lines of stdout. */
  get records(): readonly Readonly<Record<string, unknown>>[] {
    return this.stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  }

  out(text: string): void {
    this.stdout += text;
    this.both += text;
  }

  err(text: string): void {
    this.stderr += text;
    this.both += text;
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  size(): TerminalSize {
    return this.#size;
  }

  readLine(): Promise<string | undefined> {
    return Promise.resolve(this.#answers.shift());
  }

  readSecret(): Promise<string | undefined> {
    return this.readLine();
  }
}
