import { remoteParent, type RemotePath } from "#protocol/remote_path.ts";
import type { NamespaceLock } from "./namespace_lock.ts";
import { type Published, publishLocked } from "./publish.ts";
import { RootFolder } from "./root_folder.ts";
import type { StagedUpload } from "./staging.ts";

/** Files that get their names under one hold of the lock: a few ms in which others wait. */
const FILES_PER_HOLD = 64;

/** What became of one staged upload; `failure` is what was thrown. */
export type StagedOutcome =
  | { readonly upload: StagedUpload; readonly published: Published }
  | { readonly upload: StagedUpload; readonly failure: unknown };

/**
 * Gives many finished files their names, each by its own policy, and makes the names durable. The
 * caller has made the files durable.
 *
 * @param root Root.
 * @param lock The namespace lock.
 * @param uploads The files, in the order in which they get their names.
 * @returns What became of each, in the same order.
 */
export function publishStaged(
  root: RootFolder,
  lock: NamespaceLock,
  uploads: readonly StagedUpload[],
): StagedOutcome[] {
  const outcomes: StagedOutcome[] = [];
  for (let at = 0; at < uploads.length; at += FILES_PER_HOLD) {
    const some = uploads.slice(at, at + FILES_PER_HOLD);
    lock.hold(() => {
      // While the lock is held no client changes a folder: one look at each is enough.
      const held = new RootFolder(root.path, { remembersFolders: true });
      for (const upload of some) outcomes.push(publishOne(held, upload));
    });
  }
  const folders = new Set<RemotePath>();
  for (const outcome of outcomes) {
    if (!("published" in outcome) || outcome.published.outcome === "skipped") continue;
    folders.add(remoteParent(outcome.published.path));
  }
  for (const folder of folders) root.syncFolder(folder);
  return outcomes;
}

function publishOne(root: RootFolder, upload: StagedUpload): StagedOutcome {
  const { temp, path, onConflict } = upload;
  try {
    const published = publishLocked(root, temp, path, onConflict, `upload "${path}"`);
    return { upload, published };
  } catch (failure) {
    return { upload, failure };
  }
}
