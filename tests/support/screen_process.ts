import { Buffer } from "node:buffer";
import { join } from "node:path";
import { withDeadline } from "./deadline.ts";
import { PROJECT_FOLDER } from "./project_files.ts";
import { makeTempFolder, type TempFolder } from "./temp_folder.ts";
import { TerminalScreen } from "./terminal_screen.ts";

/** What a test may choose of a program in a terminal. */
export interface ScreenProcessOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  /** All of the environment, beside PATH, HOME and TERM. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What was there when the program had ended. */
export interface ScreenEnd {
  readonly code: number;
  /** What `stty -a` says of the terminal, in words. */
  readonly modes: ReadonlySet<string>;
}

/** Why tests with a terminal cannot run here, if they cannot. */
export const NO_SCREEN: string | undefined = Deno.build.os === "linux"
  ? undefined
  : "util-linux's script is needed to make a terminal";

/**
 * Starts a program in a pseudo-terminal that `script` makes, and shows what a person would see.
 *
 * @param options Program and size.
 * @returns The running program; it is killed when disposed of before its end.
 */
export async function startScreenProcess(options: ScreenProcessOptions): Promise<ScreenProcess> {
  const { columns = 80, rows = 24, command } = options;
  const notes = await makeTempFolder();
  const program = command.map(quote).join(" ");
  const [pid, tty, modes] = ["pid", "tty", "modes"].map((name) => quote(notes.join(name)));
  const start = `tty > ${tty}; stty rows ${rows} cols ${columns}; ` +
    `sh -c ${quote(`echo $$ > ${pid}; exec ${program}`)}; code=$?; stty -a > ${modes}; exit $code`;
  const child = new Deno.Command("script", {
    args: ["-qfec", start, "/dev/null"],
    cwd: PROJECT_FOLDER,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: Deno.env.get("HOME") ?? "",
      TERM: "xterm-256color",
      SHELL: "/bin/sh",
      ...options.env,
    },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  return new ScreenProcess(child, new TerminalScreen(columns, rows), notes);
}

/** A program in a terminal. */
export class ScreenProcess implements AsyncDisposable {
  readonly screen: TerminalScreen;
  readonly #child: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #notes: TempFolder;
  readonly #reading: Promise<void>;
  readonly #looks = new Set<() => void>();
  #raw = "";
  #hasEnded = false;

  constructor(child: Deno.ChildProcess, screen: TerminalScreen, notes: TempFolder) {
    this.#child = child;
    this.screen = screen;
    this.#notes = notes;
    this.#keyboard = child.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** All that the program wrote, one character for each byte. */
  get raw(): string {
    return this.#raw;
  }

  /** Types; `\r` is Enter, `\x1b` Escape, `\x03` Ctrl-C. */
  async type(text: string): Promise<void> {
    await this.#keyboard.write(new TextEncoder().encode(text));
  }

  /**
   * Waits until the screen, now or at any later moment, is as wanted.
   *
   * @param isWanted A pattern, or a look at the text.
   * @param what Its name, for the failure's message. @default the pattern
   * @returns The text of the screen then.
   * @throws {Error} When the program ends or the deadline passes before.
   */
  async waitFor(
    isWanted: RegExp | ((text: string) => boolean),
    what: string = String(isWanted),
  ): Promise<string> {
    const seen = Promise.withResolvers<string>();
    const look = (): void => {
      const { text } = this.screen;
      if (this.screen.isUpdating && !this.#hasEnded) return;
      const isThere = typeof isWanted === "function" ? isWanted(text) : isWanted.test(text);
      if (isThere) seen.resolve(text);
      else if (this.#hasEnded) seen.reject(new Error(`The program ended without ${what}`));
    };
    this.#looks.add(look);
    look();
    try {
      return await withDeadline(seen.promise, what);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${reason}, with this on the screen:\n${this.screen.text}`);
    } finally {
      this.#looks.delete(look);
    }
  }

  /** Changes the size of the terminal, as a person who drags its window. */
  async resize(columns: number, rows: number): Promise<void> {
    const tty = (await Deno.readTextFile(this.#notes.join("tty"))).trim();
    this.screen.resize(columns, rows);
    const sizes = ["rows", String(rows), "cols", String(columns)];
    const { success } = await new Deno.Command("stty", { args: ["-F", tty, ...sizes] }).output();
    if (!success) throw new Error("Cannot resize the terminal");
  }

  /** Id of the program's process. */
  async pid(): Promise<number> {
    return Number(await Deno.readTextFile(this.#notes.join("pid")));
  }

  /** Sends a signal to the program itself. */
  async kill(signal: Deno.Signal): Promise<void> {
    Deno.kill(await this.pid(), signal);
  }

  /** Closes the terminal, as a person who closes its window. */
  hangUp(): void {
    this.#child.kill("SIGKILL");
  }

  /** Waits for the end. */
  async ended(): Promise<ScreenEnd> {
    const { code } = await withDeadline(this.#child.status, "the program's end").catch((error) => {
      throw new Error(`${error.message}, with this on the screen:\n${this.screen.text}`);
    });
    await this.#reading;
    const modes = await Deno.readTextFile(join(this.#notes.path, "modes"));
    return { code, modes: new Set(modes.split(/[\s;]+/)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) {
      for (const end of [() => this.kill("SIGKILL"), () => this.#child.kill("SIGKILL")]) {
        try {
          await end();
        } catch {
          // It has ended by itself, as it should.
        }
      }
    }
    await this.#child.status;
    await this.#reading;
    await this.#keyboard.close().catch(() => {});
    this.screen[Symbol.dispose]();
    await this.#notes[Symbol.asyncDispose]();
  }

  async #read(): Promise<void> {
    for await (const bytes of this.#child.stdout) {
      this.#raw += Buffer.from(bytes).toString("latin1");
      await this.screen.write(bytes);
      for (const look of this.#looks) look();
    }
    this.#hasEnded = true;
    for (const look of this.#looks) look();
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
