import { withDeadline } from "#tests/support/deadline.ts";
import { taskArguments } from "#tests/support/project_config.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { TinyScreen } from "#tests/cli/tiny_screen.ts";

/** What a test may choose of a client in a terminal. */
export interface CliTerminalOptions {
  /** Where the person stands. */
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Where to write the client's process id before it starts. */
  readonly pidFile?: string;
  /** Where to write the terminal's device before the client starts. */
  readonly ttyFile?: string;
}

/** The client's command line in a pseudo-terminal: `script` makes it. */
export interface CliTerminal extends AsyncDisposable {
  /** All that the program wrote, escape sequences included. */
  readonly written: string;
  /** What a person sees now. */
  readonly screen: TinyScreen;
  /** Types; `\r` is Enter, `\x03` is Ctrl-C, `\x04` is Ctrl-D. */
  type(text: string): Promise<void>;
  /** Waits until the written text holds something, behind what an earlier wait found. */
  waitFor(text: string): Promise<void>;
  /** Waits until the screen, now or at any later moment, matches; gives what was on it then. */
  waitForScreen(pattern: RegExp): Promise<string>;
  /** Waits for the end. */
  exitCode(): Promise<number>;
}

/** Why tests with a terminal cannot run here, if they cannot. */
export const NO_TERMINAL: string | undefined = Deno.build.os === "linux"
  ? undefined
  : "util-linux's script is needed to make a terminal";

/**
 * Starts the client in a terminal, with the permissions of deno.json's task but without --no-prompt,
 * so that a missing permission would show as a question.
 *
 * @param args What a person types behind the program's name.
 * @param options Where, and how large the terminal is.
 */
export async function openCliTerminal(
  args: readonly string[],
  options: CliTerminalOptions,
): Promise<CliTerminal> {
  const { columns = 80, rows = 24 } = options;
  const task = (await taskArguments("client.ts")).filter((word) => word !== "--no-prompt");
  const command = [Deno.execPath(), ...task, ...args].map(quote).join(" ");
  const note = options.pidFile === undefined ? "" : `echo $$ > ${quote(options.pidFile)}; `;
  const tty = options.ttyFile === undefined ? "" : `tty > ${quote(options.ttyFile)}; `;
  const start = `${tty}stty rows ${rows} cols ${columns}; ${note}exec ${command}`;
  const child = new Deno.Command("script", {
    args: ["-qfec", start, "/dev/null"],
    cwd: PROJECT_FOLDER,
    env: { TERM: "xterm", INIT_CWD: options.cwd, ...options.env },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  return new ScriptTerminal(child, columns);
}

class ScriptTerminal implements CliTerminal {
  readonly screen: TinyScreen;
  readonly #child: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reading: Promise<void>;
  #written = "";
  #found = 0;
  #more = Promise.withResolvers<void>();
  #hasEnded = false;
  #onChange: () => void = () => {};

  constructor(child: Deno.ChildProcess, columns: number) {
    this.#child = child;
    this.screen = new TinyScreen(columns);
    this.#keyboard = child.stdin.getWriter();
    this.#reading = this.#read();
  }

  get written(): string {
    return this.#written;
  }

  async type(text: string): Promise<void> {
    await this.#keyboard.write(new TextEncoder().encode(text));
  }

  async waitFor(text: string): Promise<void> {
    await withDeadline(this.#waitFor(text), `"${text}" on the terminal`).catch((error) => {
      throw new Error(`${error.message}, after:\n${this.screen.text}`);
    });
  }

  async waitForScreen(pattern: RegExp): Promise<string> {
    const seen = Promise.withResolvers<string>();
    const look = (): void => {
      if (pattern.test(this.screen.text)) seen.resolve(this.screen.text);
    };
    look();
    this.#onChange = look;
    return await withDeadline(seen.promise, `${pattern} on the screen`).catch((error) => {
      throw new Error(`${error.message}, after:\n${this.screen.text}`);
    });
  }

  async exitCode(): Promise<number> {
    const { code } = await withDeadline(this.#child.status, "the client's end");
    await this.#reading;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself, as it should.
    }
    await this.#child.status;
    await this.#reading;
    await this.#keyboard.close().catch(() => {});
  }

  async #waitFor(text: string): Promise<void> {
    for (;;) {
      const index = this.#written.indexOf(text, this.#found);
      if (index !== -1) {
        this.#found = index + text.length;
        return;
      }
      if (this.#hasEnded) throw new Error(`The client ended without "${text}"`);
      await this.#more.promise;
    }
  }

  async #read(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.#written += text;
      this.screen.write(text);
      this.#onChange();
      this.#wake();
    }
    this.#hasEnded = true;
    this.#wake();
  }

  #wake(): void {
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
