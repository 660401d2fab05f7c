import type { Terminal } from "#client/cli/terminal.ts";
import type { ServerAddress } from "#client/types.ts";
import { formatServerAddress } from "#client/address.ts";
import type { Model } from "../model/model.ts";
import { announcements } from "./announcements.ts";
import { openConflict } from "./commands/wait_for_transfers.ts";
import { LineDesk } from "./line_desk.ts";
import type { LinearContext } from "./linear_context.ts";
import { LinearSession } from "./linear_session.ts";
import { ConflictBell, serveCommands } from "./serve_commands.ts";
import { transferLine } from "./transfer_line.ts";

/** Each running transfer gets a line this often. */
const PROGRESS_EVERY_MS = 3000;
const FAILED = 1;
const INTERRUPTED = 130;

/** What the linear client works with. */
export interface LinearOptions {
  readonly server: ServerAddress;
  /** Absolute. */
  readonly localFolder: string;
  /** What `~` stands for. */
  readonly homeFolder?: string | undefined;
  /**
   * How many transfers may run at once.
   * @default 3
   */
  readonly jobs?: number;
  /** Access token to begin with. */
  readonly token?: string | undefined;
  /** Where it asks and tells. */
  readonly terminal: Terminal;
  /** Ends it; transfers keep what they moved. */
  readonly signal: AbortSignal;
}

/**
 * Runs the terminal client line by line: it tells in plain text what happens, and asks by numbers. Works
 * with a screen reader, in a pipe, and by a script on stdin, whose end ends it once no transfer goes on.
 *
 * @param options Where to, and for whom.
 * @returns The exit code: 1 when something failed, 130 when it was interrupted.
 */
export async function runLinear(options: LinearOptions): Promise<number> {
  const { server, localFolder, homeFolder, jobs, terminal, signal } = options;
  const desk = new LineDesk(terminal, signal);
  const tally = { hasFailed: false };
  const fail = (reason: string): void => {
    tally.hasFailed = true;
    desk.say(reason);
  };
  const bell = new ConflictBell();
  const onChange = (before: Model, after: Model): void => {
    desk.say(...announcements(before, after));
    if (openConflict(after) !== undefined) bell.ring();
  };
  await using session = new LinearSession({
    server,
    localFolder,
    homeFolder,
    jobs,
    token: options.token,
    askToken: (refusal) => desk.askSecret(`${refusal.message}\nAccess token`),
    signal,
    onChange,
  });
  const listed = { entries: new Map(), trash: [], records: [] };
  const context: LinearContext = { desk, session, listed, fail };
  const timer = setInterval(() => sayProgress(context), PROGRESS_EVERY_MS);
  try {
    desk.say(`Sluice, line by line. The server is ${formatServerAddress(server)}.`);
    session.begin();
    await session.until(({ link }) => link.state !== "connecting");
    await serveCommands(context, bell);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(timer);
    // What is stopped by that is told before the last word.
    await session[Symbol.asyncDispose]();
  }
  if (signal.aborted) {
    desk.say("Interrupted; what was moved is kept, and the next transfer of it goes on there.");
    return INTERRUPTED;
  }
  const hasFailed = session.model.transfers.rows.some(({ phase }) => phase === "failed");
  desk.say("Goodbye.");
  return tally.hasFailed || hasFailed ? FAILED : 0;
}

function sayProgress({ desk, session: { model } }: LinearContext): void {
  const running = model.transfers.rows.filter(({ phase }) => phase === "running");
  desk.say(...running.map((row) => transferLine(row, model.nowMs)));
}
