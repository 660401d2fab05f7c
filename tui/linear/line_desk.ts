import { parseChoice, parseYesNo } from "#client/cli/prompt/answers.ts";
import type { Terminal } from "#client/cli/terminal.ts";
import { escapeText } from "#protocol/escape_text.ts";

/** Wrong answers in a row after which a question gives up. */
const MAX_TRIES = 5;
/** Lines that are shown at once. */
const PAGE_LINES = 50;

/**
 * Talks in whole lines: says things, and asks questions. Nothing that was written is ever changed, and no
 * escape sequence is written: everything that is said is escaped here.
 */
export class LineDesk {
  readonly #terminal: Terminal;
  readonly #signal: AbortSignal;
  /** The question whose answer is waited for. */
  #prompt: string | undefined;
  #isOver = false;
  #more: readonly string[] = [];

  /**
   * @param terminal Where the person, or the script, is.
   * @param signal Ends all waits for answers.
   */
  constructor(terminal: Terminal, signal: AbortSignal) {
    this.#terminal = terminal;
    this.#signal = signal;
  }

  /** Whether no answer will come any more. */
  get isOver(): boolean {
    return this.#isOver || this.#signal.aborted;
  }

  /** Whether a person answers, and not a script. */
  get isPerson(): boolean {
    return this.#terminal.isInputTerminal;
  }

  /** Says something; a question that is open is repeated below it. */
  say(...lines: readonly string[]): void {
    if (lines.length === 0) return;
    const text = lines.map((line) => `${escapeText(line)}\n`).join("");
    this.#terminal.out(this.#prompt === undefined ? text : `\n${text}${this.#prompt}`);
  }

  /** Says the beginning of something long; {@linkcode more} says the rest. */
  sayPaged(lines: readonly string[]): void {
    this.#more = lines;
    this.more();
  }

  /** Goes on with what was begun last. */
  more(): void {
    const lines = this.#more.slice(0, PAGE_LINES);
    this.#more = this.#more.slice(PAGE_LINES);
    if (lines.length === 0) this.say("There is no more.");
    else this.say(...lines);
    if (this.#more.length > 0) this.say(`... ${this.#more.length} more lines: choose "more".`);
  }

  /**
   * Asks for one line.
   *
   * @param question Without a mark at its end.
   * @param interrupt Ends the wait; what is typed then is the answer to the next question.
   * @returns The line; undefined when none comes.
   */
  async ask(question: string, interrupt?: AbortSignal): Promise<string | undefined> {
    if (this.isOver) return undefined;
    const prompt = `${escapeText(question)}: `;
    this.#terminal.out(prompt);
    this.#prompt = prompt;
    await this.#terminal.flush();
    const signals = interrupt === undefined ? [this.#signal] : [this.#signal, interrupt];
    const line = await this.#terminal.readLine(AbortSignal.any(signals));
    this.#prompt = undefined;
    // What a script answers should be seen too; and nothing goes on behind an open question.
    const isEchoed = line !== undefined && this.isPerson;
    if (!isEchoed) this.#terminal.out(`${escapeText(line ?? "")}\n`);
    if (line === undefined && interrupt?.aborted !== true) this.#isOver = true;
    return line?.trim();
  }

  /**
   * Asks a person for something that is not shown.
   *
   * @param question Without a mark at its end.
   * @returns The line; undefined for a script, when nothing is typed, and while another question is open.
   */
  async askSecret(question: string): Promise<string | undefined> {
    const isAsking = this.#prompt !== undefined;
    if (this.isOver || isAsking || !this.isPerson) return undefined;
    const lines = question.split("\n").map(escapeText).join("\n");
    const line = await this.#terminal.readSecret(`${lines}: `, this.#signal);
    this.#terminal.err("\n");
    return line === undefined || line.trim() === "" ? undefined : line.trim();
  }

  /**
   * Asks until an answer is understood.
   *
   * @param question Without a mark at its end.
   * @param hint Said after an answer that is not.
   * @param parse Undefined for such an answer.
   * @returns The answer; undefined when none comes, or it was empty.
   */
  async askFor<T>(
    question: string,
    hint: string,
    parse: (line: string) => T | undefined,
  ): Promise<T | undefined> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const line = await this.ask(question);
      if (line === undefined || line === "") return undefined;
      const answer = parse(line);
      if (answer !== undefined) return answer;
      this.say(hint);
    }
    return undefined;
  }

  /** Offers numbered choices; gives the index of the chosen one from 0. */
  async choose(title: string, labels: readonly string[]): Promise<number | undefined> {
    this.say(title, ...labels.map((label, index) => `  ${index + 1}) ${label}`));
    const hint = `Please type a number from 1 to ${labels.length}, or Enter for none.`;
    return await this.askFor("Number", hint, (line) => parseChoice(line, labels));
  }

  /** Asks a yes-or-no question; no is the answer when nothing is typed. */
  async confirm(question: string): Promise<boolean> {
    const parse = (line: string): boolean | undefined => parseYesNo(line, false);
    return await this.askFor(`${question} (y or n)`, "Please type y or n.", parse) ?? false;
  }
}
