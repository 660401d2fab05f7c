import { parseChoice } from "#client/cli/prompt/answers.ts";
import type { Terminal } from "#client/cli/terminal.ts";
import type { ServerAddress } from "#client/types.ts";
import { formatServerAddress } from "#client/address.ts";
import { QUIT_CHOICES } from "../model/dialog_choices.ts";
import type { Model } from "../model/model.ts";
import { isGoing } from "../update/transfer_rows.ts";
import { announcements } from "./announcements.ts";
import { browseCommands } from "./commands/browse_commands.ts";
import { changeCommands } from "./commands/change_commands.ts";
import { lookCommands } from "./commands/look_commands.ts";
import { recordCommands } from "./commands/record_commands.ts";
import { transferCommands } from "./commands/transfer_commands.ts";
import { askConflict, openConflict, waitForTransfers } from "./commands/wait_for_transfers.ts";
import { LineDesk } from "./line_desk.ts";
import type { LinearCommand, LinearContext } from "./linear_context.ts";
import { LinearSession } from "./linear_session.ts";
import { transferLine } from "./transfer_line.ts";

/** Each running transfer gets a line this often. */
const PROGRESS_EVERY_MS = 3000;
const FAILED = 1;
const INTERRUPTED = 130;

/** Everything that can be chosen, in the order of the numbers. */
const COMMANDS: readonly LinearCommand[] = [
  ...browseCommands,
  ...transferCommands,
  ...changeCommands,
  ...lookCommands,
  ...recordCommands,
];

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
  let askedFor = new AbortController();
  const onChange = (before: Model, after: Model): void => {
    desk.say(...announcements(before, after));
    if (openConflict(after) !== undefined) askedFor.abort();
  };
  await using session = new LinearSession({
    server,
    localFolder,
    homeFolder,
    jobs,
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
    sayCommands(desk);
    while (!desk.isOver) {
      // Only a person is asked in between: a script must know which question comes next.
      askedFor = new AbortController();
      if (desk.isPerson && openConflict(session.model) !== undefined) {
        await askConflict(context);
        continue;
      }
      const line = await desk.ask("What next (? lists the choices)", interruptOf(desk, askedFor));
      if (line === undefined) continue;
      if (isLeaving(line)) {
        if (await mayLeave(context)) break;
      } else {
        await runCommand(context, line);
      }
    }
    if (!signal.aborted && desk.isOver) await waitForTransfers(context);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(timer);
  }
  if (signal.aborted) {
    desk.say("Interrupted; what was moved is kept, and the next transfer of it goes on there.");
    return INTERRUPTED;
  }
  const hasFailed = session.model.transfers.rows.some(({ phase }) => phase === "failed");
  desk.say("Goodbye.");
  return tally.hasFailed || hasFailed ? FAILED : 0;
}

function interruptOf(desk: LineDesk, askedFor: AbortController): AbortSignal | undefined {
  return desk.isPerson ? askedFor.signal : undefined;
}

async function runCommand(context: LinearContext, line: string): Promise<void> {
  const { desk } = context;
  if (line === "" || line === "?" || line === "help") return sayCommands(desk);
  const command = COMMANDS[parseChoice(line, COMMANDS.map(({ label }) => label)) ?? -1];
  if (command === undefined) {
    return context.fail(`There is no choice "${line}". Type a number, or ? for the list.`);
  }
  await command.run(context);
}

function sayCommands(desk: LineDesk): void {
  desk.say(
    "Choose by a number, or by the beginning of the words:",
    ...COMMANDS.map(({ label }, index) => `  ${index + 1}) ${label}`),
    "  0) quit",
  );
}

function isLeaving(line: string): boolean {
  return /^(0|q|quit|exit)$/i.test(line);
}

/** Asks what shall become of transfers that go on. */
async function mayLeave(context: LinearContext): Promise<boolean> {
  const { desk, session } = context;
  if (!session.model.transfers.rows.some(isGoing)) return true;
  const labels = QUIT_CHOICES.map(({ label }) => label);
  const index = await desk.choose("Transfers go on.", labels);
  // Without an answer they are waited for: nothing is lost by that.
  const act = index === undefined ? (desk.isOver ? "wait" : "stay") : QUIT_CHOICES[index]?.act;
  if (act === "wait") await waitForTransfers(context);
  return act !== "stay";
}

function sayProgress({ desk, session: { model } }: LinearContext): void {
  const running = model.transfers.rows.filter(({ phase }) => phase === "running");
  desk.say(...running.map((row) => transferLine(row, model.nowMs)));
}
