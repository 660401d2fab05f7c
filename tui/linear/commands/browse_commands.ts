import { parseTypedPath } from "#client/cli/prompt/answers.ts";
import type { Side } from "../../model/pane.ts";
import { typedFolder } from "../../update/pane_paths.ts";
import { withRows } from "../../update/pane_rows.ts";
import { stepTo } from "../../update/step.ts";
import { withPane } from "../../update/with_pane.ts";
import { reasonOf } from "../../effects/effect_context.ts";
import type { LinearCommand, LinearContext } from "../linear_context.ts";
import { chooseSide, listSide, readFolder } from "./choose_entries.ts";

/** Looking around in folders. */
export const browseCommands: readonly LinearCommand[] = [
  { label: "local files", run: (context) => list(context, "local") },
  { label: "server files", run: (context) => list(context, "server") },
  { label: "open local folder", run: (context) => open(context, "local") },
  { label: "open server folder", run: (context) => open(context, "server") },
  { label: "filter by name", run: filter },
  { label: "more of the last list", run: ({ desk }) => Promise.resolve(desk.more()) },
];

async function list(context: LinearContext, side: Side): Promise<void> {
  await listSide(context, side);
}

async function open(context: LinearContext, side: Side): Promise<void> {
  const { desk, session: { model }, fail } = context;
  const { folder } = model.panes[side];
  const shown = side === "local" ? folder : `/${folder}`;
  const typed = await desk.ask(`Which folder (now ${shown}; .. goes up)`);
  if (typed === undefined || typed === "") return;
  let wanted: string;
  try {
    wanted = typedFolder(side, folder, parseTypedPath(typed, undefined), model.homeFolder);
  } catch (error) {
    return fail(reasonOf(error));
  }
  if (await readFolder(context, side, wanted)) await listSide(context, side);
}

async function filter(context: LinearContext): Promise<void> {
  const { desk, session } = context;
  const side = await chooseSide(context);
  if (side === undefined) return;
  const text = await desk.ask("Part of a name (Enter for all names)");
  if (text === undefined) return;
  const pane = session.model.panes[side];
  const wanted = text === "" ? undefined : { text, isTyping: false };
  session.apply(stepTo(withPane(session.model, withRows({ ...pane, filter: wanted }))));
  await listSide(context, side);
}
