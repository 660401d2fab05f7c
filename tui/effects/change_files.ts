import { basename, dirname, join } from "node:path";
import {
  joinRemotePath,
  parseRemotePath,
  remoteName,
  remoteParent,
  type RemotePath,
} from "#protocol/remote_path.ts";
import type { ErrorCode } from "#protocol/error_code.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { Effect } from "../model/effect.ts";
import type { OperationName } from "../model/message.ts";
import type { Side } from "../model/pane.ts";
import { makeLocal, removeLocal, renameLocal } from "./change_local.ts";
import { type EffectContext, reasonOf } from "./effect_context.ts";

/** Nothing that follows can be done either. */
const GONE: ReadonlySet<ErrorCode> = new Set(["unreachable", "stopping", "cancelled"]);

type EffectOf<K extends Effect["kind"]> = Extract<Effect, { kind: K }>;

/** Renames or moves an entry of either side; nothing is replaced. Answers `operationEnded`. */
export async function renameEntry(
  context: EffectContext,
  effect: EffectOf<"rename">,
): Promise<void> {
  const { side, folder, from, to } = effect;
  await operate(context, "rename", [side], async () => {
    const target = side === "local"
      ? await renameLocal(folder, from, to)
      : await renameRemote(context, parseRemotePath(folder), from, to);
    const stays = (side === "local" ? dirname(target) : remoteParent(parseRemotePath(target))) ===
      folder;
    const name = side === "local" ? basename(target) : remoteName(parseRemotePath(target));
    return {
      text: stays ? `Renamed "${from}" to "${name}"` : `Moved "${from}" to "${target}"`,
      cursorName: stays ? name : undefined,
    };
  });
}

/** Makes a folder on either side. Answers `operationEnded`. */
export async function makeFolder(context: EffectContext, effect: EffectOf<"mkdir">): Promise<void> {
  const { side, folder, name } = effect;
  await operate(context, "mkdir", [side], async () => {
    if (side === "local") await makeLocal(folder, name);
    else await context.client.mkdir(joinRemotePath(parseRemotePath(folder), name));
    return { text: `Made folder "${name}"`, cursorName: name };
  });
}

/**
 * Deletes entries: on the server into the trash, or for good; locally for good. One that cannot be
 * deleted does not stop the others. Answers `operationEnded`.
 */
export async function deleteEntries(
  context: EffectContext,
  effect: EffectOf<"delete">,
): Promise<void> {
  const { side, folder, names, isPermanent } = effect;
  const verb = side === "local" || isPermanent ? "Deleted" : "Moved into the trash:";
  await operateOnAll(context, "delete", [side], verb, names, (name) => {
    if (side === "local") return removeLocal(join(folder, name)).then(() => name);
    const path = joinRemotePath(parseRemotePath(folder), name);
    return context.client.delete(path, { permanent: isPermanent }).then(() => name);
  });
}

/** What to tell about an operation that went well. */
interface Success {
  readonly text: string;
  readonly cursorName?: string | undefined;
}

/** Does something, and tells how it went. */
export async function operate(
  { post }: EffectContext,
  operation: OperationName,
  changed: readonly Side[],
  work: () => Promise<Success>,
): Promise<void> {
  try {
    const success = await work();
    post({ kind: "operationEnded", operation, isFailure: false, changed, ...success });
  } catch (error) {
    const text = reasonOf(error);
    post({ kind: "operationEnded", operation, text, isFailure: true, changed });
  }
}

/**
 * Does the same with several things, one after the other, and tells how it went in one message. One that
 * fails does not stop the others; a server that cannot be reached does: they would be done long afterwards.
 *
 * @param context What effects share.
 * @param operation Its name.
 * @param changed Sides that look different afterwards.
 * @param verb Begins the sentence: `Deleted`.
 * @param items What it is done with.
 * @param work Does it; gives the name for the sentence.
 */
export async function operateOnAll(
  { post }: EffectContext,
  operation: OperationName,
  changed: readonly Side[],
  verb: string,
  items: readonly string[],
  work: (item: string) => Promise<string>,
): Promise<void> {
  const done: string[] = [];
  let firstReason: string | undefined;
  await Promise.resolve(); // Never from within run(), also when there is nothing to do.
  for (const item of items) {
    try {
      done.push(await work(item));
    } catch (error) {
      firstReason ??= reasonOf(error);
      if (error instanceof SluiceError && GONE.has(error.code)) break;
    }
  }
  const what = done.length === 1 ? `"${done[0]}"` : `${done.length} entries`;
  const isFailure = firstReason !== undefined;
  const text = firstReason === undefined
    ? `${verb} ${what}`
    : items.length === 1
    ? firstReason
    : `${verb} ${done.length} of ${items.length} entries. ${firstReason}`;
  post({ kind: "operationEnded", operation, text, isFailure, changed });
}

async function renameRemote(
  { client }: EffectContext,
  folder: RemotePath,
  from: string,
  to: string,
): Promise<string> {
  const target = to.startsWith("/") ? parseRemotePath(to.slice(1)) : joinRemotePath(folder, to);
  await client.rename(joinRemotePath(folder, from), target);
  return target;
}
