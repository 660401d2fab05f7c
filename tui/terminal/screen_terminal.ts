import process from "node:process";
import { enterSequence, leaveSequence, type ModeOptions } from "./terminal_modes.ts";
import { canSuspendJob, suspendJob } from "./suspend_job.ts";

/** Size of a terminal in character cells. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const READ_BYTES = 16 * 1024;
// What cannot be taken back when the terminal has to be restored at once is one write of this size.
const WRITE_BYTES = 2 * 1024;

/** The terminal of this process as a screen: raw keys, the alternate screen, no cursor. */
export class ScreenTerminal {
  readonly #modes: ModeOptions;
  #isEntered = false;

  /** @param modes Which modes the screen uses. */
  constructor(modes: ModeOptions) {
    this.#modes = modes;
  }

  /** Takes the terminal over. */
  enter(): void {
    if (this.#isEntered) return;
    this.#isEntered = true;
    Deno.stdin.setRaw(true);
    Deno.stdout.writeSync(new TextEncoder().encode(enterSequence(this.#modes)));
  }

  /** Hands the terminal back as it was, at once: for every way out. Safe to call at any time. */
  restore(): void {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    try {
      Deno.stdout.writeSync(new TextEncoder().encode(leaveSequence(this.#modes)));
    } catch {
      // The terminal itself is gone, so there is nothing to restore.
    }
    try {
      Deno.stdin.setRaw(false);
    } catch {
      // Likewise.
    }
  }

  /** Size of the terminal; 80 × 24 when it does not know. */
  size(): ScreenSize {
    try {
      const { columns, rows } = Deno.consoleSize();
      if (columns > 0 && rows > 0) return { columns, rows };
    } catch {
      // That is what the default is for.
    }
    return { columns: 80, rows: 24 };
  }

  /**
   * Does what Ctrl-Z does elsewhere: hands the terminal back, stops this job, and takes the terminal
   * over again when the shell continues it. Nothing happens where no shell can.
   */
  async suspend(): Promise<void> {
    if (Deno.build.os === "windows" || !await canSuspendJob() || !this.#isEntered) return;
    this.restore();
    await suspendJob();
    this.enter();
  }

  /**
   * Calls back when the size has changed, and when the process goes on after it was stopped from
   * outside: whoever had the terminal meanwhile has left it in another state.
   *
   * @param listener What to do.
   */
  onChange(listener: () => void): void {
    listenTo("SIGWINCH", listener);
    listenTo("SIGCONT", () => {
      if (!this.#isEntered) return;
      this.#isEntered = false;
      this.enter();
      listener();
    });
  }

  /**
   * Writes to the terminal behind everything else that runs. Stops when the terminal is restored.
   *
   * @param text Text and sequences.
   * @returns Resolves when the terminal has taken it; at once when the terminal is gone.
   */
  async write(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length && this.#isEntered;) {
      try {
        at += await Deno.stdout.write(bytes.subarray(at, at + WRITE_BYTES));
      } catch {
        // The terminal is gone; its stdin or SIGHUP ends the program.
        return;
      }
    }
  }

  /**
   * Reads what is typed, until the terminal is gone.
   *
   * @param onBytes Gets each piece; it is valid during the call.
   * @returns Resolves at the end of the input.
   */
  async read(onBytes: (bytes: Uint8Array) => void): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    for (;;) {
      const count = await readOrEnd(buffer);
      if (count === null) return;
      onBytes(buffer.subarray(0, count));
    }
  }
}

function listenTo(signal: "SIGWINCH" | "SIGCONT", listener: () => void): void {
  try {
    process.on(signal, listener);
  } catch {
    // Windows knows neither; there a change shows with the next frame.
  }
}

async function readOrEnd(buffer: Uint8Array): Promise<number | null> {
  try {
    return await Deno.stdin.read(buffer);
  } catch {
    // A terminal that was closed gives an error (EIO) instead of an end.
    return null;
  }
}
