import { parseNumberRanges } from "#client/cli/prompt/number_ranges.ts";
import { formatBytes } from "#protocol/byte_units.ts";
import { formatLocalTime } from "#client/cli/output/local_time.ts";
import type { Pane, PaneEntry, Side } from "../../model/pane.ts";
import { openFolder } from "../../update/pane_load.ts";
import type { LinearContext } from "../linear_context.ts";

const SIDES: readonly Side[] = ["local", "server"];

/** Asks which side is meant. */
export async function chooseSide({ desk }: LinearContext): Promise<Side | undefined> {
  const index = await desk.choose("Where?", ["local files", "server files"]);
  return index === undefined ? undefined : SIDES[index];
}

/**
 * Reads the folder that a side shows once more.
 *
 * @param folder Another folder to go to.
 * @returns Whether that was possible; the reason is said.
 */
export async function readFolder(
  { session, fail }: LinearContext,
  side: Side,
  folder: string = session.model.panes[side].folder,
): Promise<boolean> {
  session.apply(openFolder(session.model, side, folder));
  await session.until((model) => !model.panes[side].isLoading);
  const { panes, notice } = session.model;
  const pane = panes[side];
  if (pane.failure === undefined && pane.folder === folder) return true;
  fail(pane.failure ?? notice?.text ?? "The folder cannot be read");
  return false;
}

/** Lists the folder that a side shows, with the numbers that questions take. */
export async function listSide(context: LinearContext, side: Side): Promise<boolean> {
  if (!(await readFolder(context, side))) return false;
  const pane = context.session.model.panes[side];
  const rows = pane.rows.filter(({ name }) => name !== "..");
  context.listed.entries.set(side, { folder: pane.folder, rows });
  const lines = rows.map((entry, index) => `  ${index + 1}) ${entryText(entry)}`);
  context.desk.sayPaged([titleOf(pane, rows.length), ...lines]);
  return true;
}

/**
 * Asks for entries of a side by the numbers of its list, which is shown first when it was not yet.
 *
 * @param question What they are wanted for.
 * @param hasMany Whether it may be more than one.
 */
export async function chooseEntries(
  context: LinearContext,
  side: Side,
  question: string,
  hasMany: boolean,
): Promise<readonly PaneEntry[]> {
  const { desk, session, listed } = context;
  const isListed = listed.entries.get(side)?.folder === session.model.panes[side].folder;
  if (!isListed && !(await listSide(context, side))) return [];
  const rows = listed.entries.get(side)?.rows ?? [];
  if (rows.length === 0) {
    desk.say("There is nothing to choose from.");
    return [];
  }
  const example = hasMany ? "numbers such as 1,3-5, all, or a name" : "a number or a name";
  const hint = `Please type ${example}; the numbers go from 1 to ${rows.length}.`;
  const chosen = await desk.askFor(`${question} (${example})`, hint, (line) => {
    const numbers = parseNumberRanges(line, rows.length);
    if (numbers !== undefined && (hasMany || numbers.length === 1)) {
      return numbers.flatMap((number) => rows[number - 1] ?? []);
    }
    const named = rows.find(({ name }) => name === line);
    return named === undefined ? undefined : [named];
  });
  return chosen ?? [];
}

function titleOf(pane: Pane, count: number): string {
  const place = pane.side === "local" ? `Local folder ${pane.folder}` : `Server /${pane.folder}`;
  const filter = pane.filter === undefined ? "" : `, names with "${pane.filter.text}"`;
  return `${place}: ${count === 1 ? "1 entry" : `${count} entries`}${filter}`;
}

function entryText({ name, kind, sizeBytes, modifiedAtMs }: PaneEntry): string {
  const what = kind === "file" ? formatBytes(sizeBytes) : kind === "symlink" ? "link" : kind;
  const when = modifiedAtMs === 0 ? "" : `, ${formatLocalTime(modifiedAtMs)}`;
  return `${name}${kind === "folder" ? "/" : ""}, ${what}${when}`;
}
