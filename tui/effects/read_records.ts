import type { TrashEntry } from "#protocol/replies.ts";
import type { Effect } from "../model/effect.ts";
import { operate, operateOnAll } from "./change_files.ts";
import { type EffectContext, reasonOf } from "./effect_context.ts";

/** Most records of the history that are shown. */
const MOST_RECORDS = 1000;
/** Most entries of the trash that are shown. */
const MOST_TRASH = 5000;

/** Reads what was done on the server. Answers `historyLoaded` or `historyFailed`. */
export async function loadHistory(
  { client, post }: EffectContext,
  { loadId, onlyFailed }: Extract<Effect, { kind: "loadHistory" }>,
): Promise<void> {
  try {
    const options = { limit: MOST_RECORDS, failed: onlyFailed };
    const records = await Array.fromAsync(client.history(options));
    post({ kind: "historyLoaded", loadId, records });
  } catch (error) {
    post({ kind: "historyFailed", loadId, reason: reasonOf(error) });
  }
}

/** Reads the trash, newest first. Answers `trashLoaded` or `trashFailed`. */
export async function loadTrash({ client, post }: EffectContext): Promise<void> {
  try {
    const entries: TrashEntry[] = [];
    for await (const entry of client.trash()) {
      entries.push(entry);
      if (entries.length >= MOST_TRASH) break;
    }
    post({ kind: "trashLoaded", entries });
  } catch (error) {
    post({ kind: "trashFailed", reason: reasonOf(error) });
  }
}

/**
 * Brings entries back from the trash; one whose name is taken by now gets another. Answers
 * `operationEnded`.
 */
export async function restoreEntries(
  context: EffectContext,
  ids: readonly string[],
): Promise<void> {
  await operateOnAll(context, "restore", ["server"], "Restored", ids, async (id) => {
    return (await context.client.restore(id, { onConflict: "rename" })).path;
  });
}

/** Removes entries of the trash for good. Answers `operationEnded`. */
export async function emptyTrash(
  context: EffectContext,
  ids: readonly string[] | undefined,
): Promise<void> {
  await operate(context, "emptyTrash", [], async () => {
    const removed = await context.client.emptyTrash(ids);
    return { text: `Removed ${removed} ${removed === 1 ? "entry" : "entries"} for good` };
  });
}
