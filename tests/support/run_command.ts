import { withDeadline } from "./deadline.ts";
import { taskArguments } from "./project_config.ts";
import { PROJECT_FOLDER } from "./project_files.ts";

/** How a command ended and what it wrote. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test may choose of a command. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Bytes for its standard input; closed at once when left out. */
  readonly stdin?: Uint8Array<ArrayBuffer>;
  readonly deadlineMs?: number;
}

/**
 * Runs a program to its end.
 *
 * @param program Its name or path.
 * @param args Its arguments.
 * @param options Where and with what.
 * @returns Exit code and output.
 * @throws {Error} When it takes too long; it is then killed.
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = new Deno.Command(program, {
    args: [...args],
    env: { NO_COLOR: "1", ...options.env },
    stdin: options.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    ...options.cwd === undefined ? {} : { cwd: options.cwd },
  }).spawn();
  if (options.stdin !== undefined) await writeAndClose(child.stdin, options.stdin);
  const output = child.output();
  try {
    const what = `the end of ${program} ${args.join(" ")}`;
    const { code, stdout, stderr } = await withDeadline(output, what, options.deadlineMs);
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } catch (error) {
    child.kill("SIGKILL");
    await output;
    throw error;
  }
}

/**
 * Runs the client's command line with the permissions of deno.json's task `client.ts`.
 *
 * @param args What a user would type behind `client.ts`.
 * @param options Where and with what; `cwd` is where the user stands.
 * @returns Exit code and output.
 */
export async function runClient(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const standing = options.cwd ?? PROJECT_FOLDER;
  return await runCommand(Deno.execPath(), [...await taskArguments("client.ts"), ...args], {
    ...options,
    // As `deno task` does it: the program runs beside deno.json and is told where the user stands.
    cwd: PROJECT_FOLDER,
    env: { INIT_CWD: standing, ...options.env },
  });
}

/** Whether a program is on PATH. */
export async function hasProgram(name: string): Promise<boolean> {
  try {
    await new Deno.Command(name, { args: ["--version"], stdout: "null", stderr: "null" }).output();
    return true;
  } catch {
    // Not there, or not for us to run.
    return false;
  }
}

async function writeAndClose(
  stdin: WritableStream<Uint8Array<ArrayBuffer>>,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(bytes);
    await writer.close();
  } catch {
    // A program may end without reading what it was given; its exit code tells the rest.
  }
}
