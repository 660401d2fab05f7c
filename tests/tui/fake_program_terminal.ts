import type { ProgramTerminal } from "#tui/program.ts";
import type { ScreenSize } from "#tui/terminal/screen_terminal.ts";

/** A terminal that a test plays. */
export class FakeProgramTerminal implements ProgramTerminal {
  /** What was asked of it, in order. */
  readonly calls: string[] = [];
  /** Each frame that was written. */
  readonly frames: string[] = [];
  /** What a write waits for. */
  taking: Promise<void> = Promise.resolve();
  /** What a stopped job waits for. */
  continuing: Promise<void> = Promise.resolve();
  /** Resolves when the program reads what is typed. */
  readonly reading: Promise<void>;
  #size: ScreenSize = { columns: 80, rows: 24 };
  #onChange: () => void = () => {};
  #onBytes: (bytes: Uint8Array) => void = () => {};
  readonly #end = Promise.withResolvers<void>();
  readonly #isReading = Promise.withResolvers<void>();
  readonly #waiting = new Map<number, () => void>();

  constructor() {
    this.reading = this.#isReading.promise;
  }

  enter(): void {
    this.calls.push("enter");
  }

  restore(): void {
    this.calls.push("restore");
  }

  async suspend(): Promise<void> {
    this.calls.push("suspend");
    await this.continuing;
    this.calls.push("continue");
  }

  size(): ScreenSize {
    return this.#size;
  }

  write(text: string): Promise<void> {
    this.frames.push(text);
    for (const [count, resolve] of this.#waiting) if (this.frames.length >= count) resolve();
    return this.taking;
  }

  read(onBytes: (bytes: Uint8Array) => void): Promise<void> {
    this.#onBytes = onBytes;
    this.#isReading.resolve();
    return this.#end.promise;
  }

  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** A person types. */
  type(text: string): void {
    this.#onBytes(new TextEncoder().encode(text));
  }

  resize(columns: number, rows: number): void {
    this.#size = { columns, rows };
    this.#onChange();
  }

  /** The terminal goes away. */
  hangUp(): void {
    this.#end.resolve();
  }

  /** Waits until so many frames were written since the beginning. */
  waitForFrames(count: number): Promise<void> {
    if (this.frames.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(count, resolve));
  }
}
