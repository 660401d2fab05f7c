import { parseChoice } from "#client/cli/prompt/answers.ts";
import { QUIT_CHOICES } from "../model/dialog_choices.ts";
import { isGoing } from "../update/transfer_rows.ts";
import { browseCommands } from "./commands/browse_commands.ts";
import { changeCommands } from "./commands/change_commands.ts";
import { lookCommands } from "./commands/look_commands.ts";
import { recordCommands } from "./commands/record_commands.ts";
import { transferCommands } from "./commands/transfer_commands.ts";
import { askConflict, openConflict, waitForTransfers } from "./commands/wait_for_transfers.ts";
import type { LineDesk } from "./line_desk.ts";
import type { LinearCommand, LinearContext } from "./linear_context.ts";

/** Everything that can be chosen, in the order of the numbers. */
const COMMANDS: readonly LinearCommand[] = [
  ...browseCommands,
  ...transferCommands,
  ...changeCommands,
  ...lookCommands,
  ...recordCommands,
];

/** Interrupts the question for a command when a transfer asks something. */
export class ConflictBell {
  #bell = new AbortController();

  /** A transfer asks. */
  ring(): void {
    this.#bell.abort();
  }

  /** Rings at the next question of a transfer. */
  renewed(): AbortSignal {
    this.#bell = new AbortController();
    return this.#bell.signal;
  }
}

/**
 * Asks what to do and does it, until the person leaves or the answers end; then what goes on is waited
 * for. A person is asked about conflicts in between; a script must know which question comes next, so
 * there they wait until transfers are waited for.
 *
 * @param context What commands share.
 * @param bell Rings when a transfer asks something.
 */
export async function serveCommands(context: LinearContext, bell: ConflictBell): Promise<void> {
  const { desk, session } = context;
  sayCommands(desk);
  while (!desk.isOver) {
    const rings = bell.renewed();
    if (desk.isPerson && openConflict(session.model) !== undefined) {
      await askConflict(context);
      continue;
    }
    const interrupt = desk.isPerson ? rings : undefined;
    const line = await desk.ask("What next (? lists the choices)", interrupt);
    if (line === undefined) continue;
    if (!isLeaving(line)) await runCommand(context, line);
    else if (await mayLeave(context)) return;
  }
  await waitForTransfers(context);
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
