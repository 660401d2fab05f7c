import { escapeText } from "#protocol/escape_text.ts";
import type { Terminal } from "../terminal.ts";
import { parseChoice, parseTypedPath, parseYesNo } from "./answers.ts";
import { parseNumberRanges } from "./number_ranges.ts";

/** Wrong answers in a row after which a question gives up. */
const MAX_TRIES = 10;

/**
 * Asks a person questions on stderr and reads the answers from stdin. Every answer is undefined when
 * the input ends (Ctrl-D), the signal aborts, or nothing valid comes.
 */
export class Prompter {
  readonly #terminal: Terminal;
  readonly #signal: AbortSignal;
  readonly #homeFolder: string | undefined;

  /**
   * @param terminal Where the person is.
   * @param signal Ends all waits.
   * @param homeFolder What `~` means in answers.
   */
  constructor(terminal: Terminal, signal: AbortSignal, homeFolder: string | undefined) {
    this.#terminal = terminal;
    this.#signal = signal;
    this.#homeFolder = homeFolder;
  }

  /**
   * Asks for a text that is not empty, such as a file name.
   *
   * @param label What is asked for.
   * @returns The answer without quotes around it.
   */
  async input(label: string): Promise<string | undefined> {
    return await this.#ask(`${label}: `, "Please type something, or Ctrl-D to leave.", (line) => {
      const text = parseTypedPath(line, this.#homeFolder);
      return text === "" ? undefined : text;
    });
  }

  /**
   * Asks a yes-or-no question; no is the answer when nothing is typed, or nothing can be.
   *
   * @param question The question with its mark.
   */
  async confirm(question: string): Promise<boolean> {
    const hint = "Please answer y or n.";
    return await this.#ask(`${question} [y/N] `, hint, (line) => parseYesNo(line, false)) ?? false;
  }

  /**
   * Offers numbered options.
   *
   * @param title What to choose.
   * @param labels The options.
   * @param last Label of number 0, which ends the choice.
   * @returns Index of the option from 0, or undefined for number 0 and the end of the input.
   */
  async select(
    title: string,
    labels: readonly string[],
    last?: string,
  ): Promise<number | undefined> {
    this.#showOptions(title, labels, last);
    const hint = `Please type a number from ${last === undefined ? 1 : 0} to ${labels.length}.`;
    const index = await this.#ask("> ", hint, (line) => {
      if (last !== undefined && /^(0|q|quit|exit)$/i.test(line.trim())) return -1;
      return parseChoice(line, labels);
    });
    return index === -1 ? undefined : index;
  }

  /**
   * Offers numbered options of which several may be taken, as `1,3-5` or `all`.
   *
   * @param title What to choose.
   * @param labels The options.
   * @returns Indexes of the options from 0.
   */
  async checkbox(title: string, labels: readonly string[]): Promise<readonly number[] | undefined> {
    this.#showOptions(title, labels);
    const hint = `Please type numbers from 1 to ${labels.length}, such as 1,3-5, or all.`;
    const numbers = await this.#ask(
      "Numbers: ",
      hint,
      (line) => parseNumberRanges(line, labels.length),
    );
    return numbers?.map((number) => number - 1);
  }

  #showOptions(title: string, labels: readonly string[], last?: string): void {
    const columns = String(labels.length).length;
    const lines = labels.map((label, index) => optionLine(index + 1, columns, label));
    if (last !== undefined) lines.push(optionLine(0, columns, last));
    this.#terminal.err(`${escapeText(title)}\n${lines.join("")}`);
  }

  async #ask<T>(
    prompt: string,
    hint: string,
    parse: (line: string) => T | undefined,
  ): Promise<T | undefined> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      this.#terminal.err(escapeText(prompt));
      await this.#terminal.flush();
      const line = await this.#terminal.readLine(this.#signal);
      if (line === undefined) {
        // The person's Ctrl-D or Ctrl-C leaves the cursor behind the question.
        this.#terminal.err("\n");
        return undefined;
      }
      const answer = parse(line);
      if (answer !== undefined) return answer;
      this.#terminal.err(`${hint}\n`);
    }
    return undefined;
  }
}

function optionLine(number: number, columns: number, label: string): string {
  return `  ${String(number).padStart(columns)}) ${escapeText(label)}\n`;
}
