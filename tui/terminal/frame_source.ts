import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import { render } from "ink";
import type { ReactNode } from "react";
import type { ScreenSize } from "./screen_terminal.ts";

/** Turns views into frames. Ink lays them out; what reaches the terminal is not its business. */
export class FrameSource {
  readonly #stdout: FrameSink;
  readonly #onFailure: (error: unknown) => void;
  #instance: ReturnType<typeof render> | undefined;

  /** @param onFailure Called when a view throws. */
  constructor(onFailure: (error: unknown) => void) {
    this.#stdout = new FrameSink();
    this.#onFailure = onFailure;
  }

  /**
   * Draws.
   *
   * @param node The whole screen.
   * @param size Of the terminal.
   * @returns Its lines with their colours.
   */
  frame(node: ReactNode, size: ScreenSize): string {
    this.#stdout.columns = size.columns;
    this.#stdout.rows = size.rows;
    if (this.#instance === undefined) this.#start(node);
    else this.#instance.rerender(node);
    return this.#stdout.frame;
  }

  // In its debug mode ink gives each frame whole, and at once.
  #start(node: ReactNode): void {
    this.#instance = render(node, {
      // Ink uses of a stream what FrameSink has.
      stdout: this.#stdout as unknown as NodeJS.WriteStream,
      stderr: this.#stdout as unknown as NodeJS.WriteStream,
      stdin: Readable.from([]) as unknown as NodeJS.ReadStream,
      debug: true,
      interactive: false,
      exitOnCtrlC: false,
      patchConsole: false,
      isScreenReaderEnabled: false,
    });
    this.#instance.waitUntilExit().catch(this.#onFailure);
  }
}

/** Looks to ink like a terminal; keeps the latest frame. */
class FrameSink extends EventEmitter {
  readonly isTTY = false;
  columns = 80;
  rows = 24;
  frame = "";

  write(text: string, done?: () => void): boolean {
    this.frame = text;
    done?.();
    return true;
  }
}
