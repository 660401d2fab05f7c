import type { LiveStyle, Terminal, TerminalSize } from "./terminal.ts";
import { HiddenInput } from "./prompt/hidden_input.ts";
import { LineReader } from "./prompt/line_reader.ts";
import { SecretInput } from "./prompt/secret_input.ts";

/** What decides how progress is drawn. */
export interface TerminalOptions {
  /** Value of `NO_COLOR`: any but the empty one counts (no-color.org). */
  readonly noColor: string | undefined;
  /** Value of `TERM`. */
  readonly term: string | undefined;
  /** Called once when the reader of stdout went away. */
  readonly onBrokenPipe: () => void;
}

interface PendingWrite {
  readonly stream: "stdout" | "stderr";
  text: string;
}

const SHOW_CURSOR = "\x1b[?25h";
const HIDE_CURSOR = "\x1b[?25l";

/** The process's own streams. Writing never holds up a transfer: text is queued and written behind. */
export class DenoTerminal implements Terminal {
  readonly isInputTerminal: boolean = Deno.stdin.isTerminal();
  readonly isOutputTerminal: boolean = Deno.stdout.isTerminal();
  readonly isErrorTerminal: boolean = Deno.stderr.isTerminal();
  readonly liveStyle: LiveStyle;
  readonly #onBrokenPipe: () => void;
  readonly #queue: PendingWrite[] = [];
  readonly #lines = new LineReader((buffer) => Deno.stdin.read(buffer));
  readonly #hidden = new HiddenInput();
  #writing: Promise<void> | undefined;
  #isCursorHidden = false;
  #isOutputBroken = false;

  /** @param options What decides how progress is drawn. */
  constructor(options: TerminalOptions) {
    this.#onBrokenPipe = options.onBrokenPipe;
    this.liveStyle = liveStyle(this.isErrorTerminal, options);
  }

  get isBusy(): boolean {
    return this.#writing !== undefined;
  }

  out(text: string): void {
    this.#write("stdout", text);
  }

  err(text: string): void {
    const hide = text.lastIndexOf(HIDE_CURSOR);
    const show = text.lastIndexOf(SHOW_CURSOR);
    if (hide !== show) this.#isCursorHidden = hide > show;
    this.#write("stderr", text);
  }

  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  size(): TerminalSize {
    try {
      return Deno.consoleSize();
    } catch {
      // None of the streams is a terminal that knows its size; that is what the default is for.
      return { columns: 80, rows: 24 };
    }
  }

  readLine(signal: AbortSignal): Promise<string | undefined> {
    return this.#lines.read(signal);
  }

  async readSecret(question: string, signal: AbortSignal): Promise<string | undefined> {
    const input = new SecretInput();
    using _hidden = this.#hidden;
    // Before the question shows: who is fast must not see it either.
    this.#hidden.hide();
    this.err(question);
    await this.flush();
    while (!input.isDone) {
      const text = await this.#lines.readSome(signal);
      if (text === undefined) return undefined;
      input.feed(text);
    }
    return input.line;
  }

  /** Gives the terminal back as it was, at once: for ways out that cannot wait. */
  restore(): void {
    this.#hidden[Symbol.dispose]();
    if (!this.#isCursorHidden) return;
    this.#isCursorHidden = false;
    try {
      // From the region's first line to its end, then a visible cursor.
      Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[J${SHOW_CURSOR}`));
    } catch {
      // The terminal itself is gone, so there is nothing to restore.
    }
  }

  #write(stream: PendingWrite["stream"], text: string): void {
    if (text === "") return;
    const last = this.#queue.at(-1);
    if (last?.stream === stream) last.text += text;
    else this.#queue.push({ stream, text });
    this.#writing ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // What is queued in the same turn goes out in one write.
    await Promise.resolve();
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (next.stream === "stdout" && this.#isOutputBroken) continue;
      try {
        await writeAll(Deno[next.stream], new TextEncoder().encode(next.text));
      } catch (error) {
        this.#failed(next.stream, error);
      }
    }
    this.#writing = undefined;
  }

  // A closed stderr leaves nowhere to complain; a closed stdout ends the command.
  #failed(stream: PendingWrite["stream"], error: unknown): void {
    if (stream === "stderr" || this.#isOutputBroken) return;
    this.#isOutputBroken = true;
    if (!(error instanceof Deno.errors.BrokenPipe)) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#write("stderr", `sluice: Cannot write to stdout: ${reason}\n`);
    }
    this.#onBrokenPipe();
  }
}

async function writeAll(writer: typeof Deno.stdout, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.byteLength) written += await writer.write(bytes.subarray(written));
}

function liveStyle(isTerminal: boolean, options: TerminalOptions): LiveStyle {
  if (!isTerminal || options.term === "dumb") return "none";
  return (options.noColor ?? "") === "" ? "color" : "plain";
}
