import * as v from "valibot";
import { escapeText } from "#protocol/escape_text.ts";

const ConfigSchema = v.object({
  tasks: v.object({
    server: v.object({ command: v.string() }),
    web: v.object({ command: v.string() }),
  }),
});

/** A program that runs beside another. */
export interface ChildProgram {
  /** Its first line on stdout. */
  readonly firstLine: Promise<string | undefined>;
  /** Resolves when it has ended. */
  readonly status: Promise<Deno.CommandStatus>;
  /** Asks it to stop; does nothing when it has ended. */
  stop(): void;
  /** Asks it to read its files anew, once it is ready (SIGHUP would end it before); does nothing when it has ended. */
  reload(): void;
}

/**
 * Starts what a task of deno.json runs, with that task's permissions. Its lines on stdout and stderr are passed on.
 * A group of processes of its own keeps Ctrl-C from it, so that it is asked to stop once and not twice.
 *
 * @param task Name of the task; one plain `deno run`.
 * @param args Further arguments.
 */
export async function startChild(
  task: "server" | "web",
  args: readonly string[],
): Promise<ChildProgram> {
  const config = await Deno.readTextFile(new URL("../deno.json", import.meta.url));
  const { tasks } = v.parse(ConfigSchema, JSON.parse(config));
  const [, ...words] = tasks[task].command.split(" ");
  const child = new Deno.Command(Deno.execPath(), {
    args: [...words, ...args],
    cwd: new URL("..", import.meta.url),
    detached: true,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const first = Promise.withResolvers<string | undefined>();
  void passOn(child.stdout, first.resolve);
  const send = (signal: Deno.Signal): void => {
    try {
      child.kill(signal);
    } catch {
      // It has ended already: nobody is there to be told.
    }
  };
  return {
    firstLine: first.promise,
    status: child.status,
    stop: () => send(Deno.build.os === "windows" ? "SIGKILL" : "SIGTERM"),
    reload: () => void first.promise.then(() => send("SIGHUP")),
  };
}

async function passOn(
  stdout: ReadableStream<Uint8Array>,
  onFirst: (line: string | undefined) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let text = "";
  let hasFirst = false;
  for await (const chunk of stdout) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n")) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      show(escapeText(line));
      if (!hasFirst) onFirst(line);
      hasFirst = true;
    }
  }
  onFirst(undefined);
}

function show(line: string): void {
  try {
    console.log(line);
  } catch {
    // The terminal is gone, and with it whoever could read this; the program goes on to its end.
  }
}
