import type { Effect } from "../../model/effect.ts";
import type { LinearCommand, LinearContext } from "../linear_context.ts";
import { chooseEntries, chooseSide } from "./choose_entries.ts";

/** Changing files on either side. */
export const changeCommands: readonly LinearCommand[] = [
  { label: "rename or move", run: rename },
  { label: "delete", run: remove },
  { label: "new folder", run: makeFolder },
];

/** Does an operation, waits for its end, and says what came of it. */
export async function operate(context: LinearContext, effect: Effect): Promise<void> {
  const { desk, session, fail } = context;
  const { text, isFailure } = await session.answer(effect, "operationEnded");
  if (isFailure) fail(text);
  else desk.say(text);
}

async function rename(context: LinearContext): Promise<void> {
  const side = await chooseSide(context);
  if (side === undefined) return;
  const [entry] = await chooseEntries(context, side, "Rename which one", false);
  if (entry === undefined) return;
  const to = await context.desk.ask("New name");
  if (to === undefined || to === "") return;
  const { folder } = context.session.model.panes[side];
  await operate(context, { kind: "rename", side, folder, from: entry.name, to });
  context.listed.entries.delete(side);
}

async function remove(context: LinearContext): Promise<void> {
  const { desk, session, listed } = context;
  const side = await chooseSide(context);
  if (side === undefined) return;
  const entries = await chooseEntries(context, side, "Delete which ones", true);
  if (entries.length === 0) return;
  const isPermanent = side === "local" ||
    await desk.choose("How?", ["into the trash", "for good"]) === 1;
  const what = entries.length === 1 ? `"${entries[0]?.name}"` : `${entries.length} entries`;
  const how = isPermanent ? "for good, with all that is in it" : "and keep it in the trash";
  if (!(await desk.confirm(`Delete ${what} ${how}?`))) return desk.say("Nothing was deleted.");
  const names = entries.map(({ name }) => name);
  const { folder } = session.model.panes[side];
  await operate(context, { kind: "delete", side, folder, names, isPermanent });
  listed.entries.delete(side);
}

async function makeFolder(context: LinearContext): Promise<void> {
  const side = await chooseSide(context);
  if (side === undefined) return;
  const name = await context.desk.ask("Name of the new folder");
  if (name === undefined || name === "") return;
  const { folder } = context.session.model.panes[side];
  await operate(context, { kind: "mkdir", side, folder, name });
  context.listed.entries.delete(side);
}
