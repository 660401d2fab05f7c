/** Size of a terminal in character cells. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** How live progress may be drawn on stderr. */
export type LiveStyle =
  /** Several lines, colours. */
  | "color"
  /** One line that is written over itself: no escape sequence at all (`NO_COLOR`). */
  | "plain"
  /** Not at all: a pipe, or a terminal that cannot (`TERM=dumb`). */
  | "none";

/** The three standard streams, as far as the command line uses them. */
export interface Terminal {
  readonly isInputTerminal: boolean;
  readonly isOutputTerminal: boolean;
  readonly isErrorTerminal: boolean;
  readonly liveStyle: LiveStyle;
  /** Whether text is still on its way out, so that drawing more would only pile up. */
  readonly isBusy: boolean;
  /** Queues text for stdout. All text, of both streams, is written in the order of the calls. */
  out(text: string): void;
  /** Queues text for stderr. */
  err(text: string): void;
  /** Resolves when all queued text is written. */
  flush(): Promise<void>;
  /** Size of the terminal behind stderr; 80 x 24 when there is none. */
  size(): TerminalSize;
  /**
   * Reads one line of stdin without holding up anything else.
   *
   * @param signal Ends the wait.
   * @returns The line without its end, or undefined at the end of the input or when aborted.
   */
  readLine(signal: AbortSignal): Promise<string | undefined>;
  /**
   * Reads one line of a terminal that shows none of it.
   *
   * @param question What it is asked on stderr first.
   * @param signal Ends the wait.
   * @returns The line without its end, or undefined at Ctrl-D, at the end of the input or when aborted.
   */
  readSecret(question: string, signal: AbortSignal): Promise<string | undefined>;
}

/** Whether a person sits at both ends: questions can be seen and answered. */
export function isInteractive(terminal: Terminal): boolean {
  return terminal.isInputTerminal && terminal.isErrorTerminal;
}
