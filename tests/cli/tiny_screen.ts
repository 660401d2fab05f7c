/**
 * Replays what a program wrote to a terminal, as far as this project's output needs it: text, CR, LF,
 * cursor up, erase to the line's end and below, colours, and the visible cursor.
 */
export class TinyScreen {
  readonly #columns: number;
  readonly #lines: string[][] = [[]];
  #row = 0;
  #column = 0;
  isCursorVisible = true;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** What a person sees, without trailing spaces and empty lines at the end. */
  get text(): string {
    return this.#lines.map((line) => line.map((cell) => cell || " ").join("").trimEnd()).join("\n")
      .trimEnd();
  }

  write(text: string): this {
    // deno-lint-ignore no-control-regex -- a terminal's language is made of control characters
    const parts = text.matchAll(/\x1b\[([?\d;]*)([A-Za-z])|\r|\n|[^\x1b\r\n]/gu);
    for (const [part, argument = "", command] of parts) {
      if (part === "\r") this.#column = 0;
      else if (part === "\n") this.#down();
      else if (command === undefined) this.#put(part);
      else this.#control(command, argument);
    }
    return this;
  }

  #put(character: string): void {
    if (this.#column >= this.#columns) {
      this.#column = 0;
      this.#down();
    }
    const line = this.#lines[this.#row] ?? [];
    line[this.#column++] = character;
  }

  #down(): void {
    this.#row++;
    while (this.#lines.length <= this.#row) this.#lines.push([]);
  }

  #control(command: string, argument: string): void {
    switch (command) {
      case "A":
        this.#row = Math.max(0, this.#row - Number(argument || "1"));
        return;
      case "K":
        this.#lines[this.#row]?.splice(this.#column);
        return;
      case "J":
        this.#lines[this.#row]?.splice(this.#column);
        this.#lines.splice(this.#row + 1);
        return;
      case "h":
      case "l":
        if (argument === "?25") this.isCursorVisible = command === "h";
        return;
      case "m":
        return;
      default:
        throw new Error(`Cannot replay CSI ${argument}${command}`);
    }
  }
}
