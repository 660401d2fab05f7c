import type { ITerminalAddon, IUnicodeVersionProvider, Terminal } from "@xterm/headless";
import xterm from "@xterm/headless";
import stringWidth from "string-width";

/** What a person sees: a terminal without a window. */
export class TerminalScreen {
  readonly #terminal: Terminal;
  #isCursorHidden = false;

  constructor(columns: number, rows: number) {
    this.#terminal = new xterm.Terminal({
      cols: columns,
      rows,
      scrollback: 0,
      allowProposedApi: true,
    });
    this.#terminal.loadAddon(modernWidths());
    for (const [final, isHidden] of [["h", false], ["l", true]] as const) {
      this.#terminal.parser.registerCsiHandler({ prefix: "?", final }, (modes) => {
        if (modes.includes(25)) this.#isCursorHidden = isHidden;
        return false;
      });
    }
  }

  /** Takes what a program wrote; resolves when it is on the screen. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(bytes, resolve));
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** Lines from top to bottom, without the blanks at their ends. */
  get lines(): readonly string[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.#terminal.rows }, (_, row) => {
      return active.getLine(active.viewportY + row)?.translateToString(true).trimEnd() ?? "";
    });
  }

  /** Whether a frame is half written. */
  get isUpdating(): boolean {
    return this.#terminal.modes.synchronizedOutputMode;
  }

  get text(): string {
    return this.lines.join("\n");
  }

  /**
   * Gives what stands in one cell.
   *
   * @param column Counted from 0.
   * @param row Counted from 0.
   * @returns Its character; empty for the second half of a wide one.
   */
  cell(column: number, row: number): string {
    const { active } = this.#terminal.buffer;
    return active.getLine(active.viewportY + row)?.getCell(column)?.getChars() ?? "";
  }

  /** Modes as a program leaves them for the next one. */
  get state(): {
    readonly screen: "normal" | "alternate";
    readonly isCursorHidden: boolean;
    readonly mouse: string;
    readonly hasPaste: boolean;
    readonly wraps: boolean;
  } {
    const { modes, buffer } = this.#terminal;
    return {
      screen: buffer.active.type,
      isCursorHidden: this.#isCursorHidden,
      mouse: modes.mouseTrackingMode,
      hasPaste: modes.bracketedPasteMode,
      wraps: modes.wraparoundMode,
    };
  }

  [Symbol.dispose](): void {
    this.#terminal.dispose();
  }
}

// The widths that come along are those of Unicode 6, in which no emoji is wide.
function modernWidths(): ITerminalAddon {
  const wcwidth = (code: number): 0 | 1 | 2 => {
    if (code >= 0x20 && code < 0x7f) return 1;
    const width = stringWidth(String.fromCodePoint(code));
    return width === 0 ? 0 : width === 1 ? 1 : 2;
  };
  const provider: IUnicodeVersionProvider = {
    version: "modern",
    wcwidth,
    // As xterm packs it: whether it joins the character before, and the width.
    charProperties(code, preceding): number {
      const width = wcwidth(code);
      const before = (preceding >> 1) & 3;
      const isJoined = width === 0 && preceding !== 0 && before !== 0;
      return ((isJoined ? Math.max(before, width) : width) << 1) | (isJoined ? 1 : 0);
    },
  };
  return {
    activate(terminal): void {
      terminal.unicode.register(provider);
      terminal.unicode.activeVersion = provider.version;
    },
    dispose(): void {},
  };
}
