/** Most characters that are taken. */
const MAX_LENGTH = 4096;
/** What arrow keys and a pasting terminal send around the text (ECMA-48 §5.4). */
// deno-lint-ignore no-control-regex -- control sequences are what this looks for
const SEQUENCE = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.)/g;

/** A line that is typed key by key and not shown. */
export class SecretInput {
  #text = "";
  #isDone = false;
  #isGivenUp = false;

  /** Whether Enter, or a key that gives up, was pressed. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** What was typed; undefined when the person gave up. */
  get line(): string | undefined {
    return this.#isGivenUp ? undefined : this.#text;
  }

  /**
   * Takes what was typed.
   *
   * @param keys Characters; those behind Enter are dropped.
   */
  feed(keys: string): void {
    for (const key of keys.replace(SEQUENCE, "")) {
      if (this.#isDone) return;
      this.#take(key);
    }
  }

  #take(key: string): void {
    switch (key) {
      case "\r":
      case "\n":
        this.#isDone = true;
        return;
      case "\x7f":
      case "\b":
        this.#text = [...this.#text].slice(0, -1).join("");
        return;
      case "\x15": // Ctrl-U
        this.#text = "";
        return;
      case "\x03": // Ctrl-C, where it is no signal
        this.#isDone = this.#isGivenUp = true;
        return;
      case "\x04": // Ctrl-D
        if (this.#text !== "") return;
        this.#isDone = this.#isGivenUp = true;
        return;
      default:
        if (key >= " " && this.#text.length < MAX_LENGTH) this.#text += key;
    }
  }
}
