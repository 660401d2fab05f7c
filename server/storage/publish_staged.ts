import { remoteParent, type RemotePath } from "#protocol/remote_path.ts";
import type { FileVersion } from "./digest_store.ts";
import { versionOf } from "./file_version.ts";
import type { NamespaceLock } from "./namespace_lock.ts";
import { type Published, publishLocked } from "./publish.ts";
import { RootFolder } from "./root_folder.ts";
import type { StagedUpload } from "./staging.ts";

/** Files that get their names under one hold of the lock: a few ms in which others wait. */
const FILES_PER_HOLD = 64;

/** Up to this many folders are fsynced one by one. */
const FEW_FOLDERS = 8;

/** What became of one staged upload; `failure` is what was thrown. */
export type StagedOutcome =
  | {
    readonly upload: StagedUpload;
    readonly published: Published;
    /** The file under its name, when its digest is worth keeping and it is certain that it is this one. */
    readonly version: FileVersion | undefined;
  }
  | { readonly upload: StagedUpload; readonly failure: unknown };

/** What {@linkcode publishStaged} asks others for. */
export interface PublishStagedCalls {
  /** Throws when a file may not appear: limits may have changed since it was staged. */
  readonly requireFile: (upload: StagedUpload, act: string) => void;
  /** Makes everything durable at once; says whether it could. */
  readonly syncAll: () => Promise<boolean>;
}

/**
 * Gives many finished files their names, each by its own policy, and makes the names durable. The
 * caller has made the files durable.
 *
 * @param root Root.
 * @param lock The namespace lock.
 * @param uploads The files, in the order in which they get their names. Their temp names may stay, for the caller
 * to remove all at once.
 * @param calls What decides, and what syncs.
 * @returns What became of each, in the same order.
 */
export async function publishStaged(
  root: RootFolder,
  lock: NamespaceLock,
  uploads: readonly StagedUpload[],
  calls: PublishStagedCalls,
): Promise<StagedOutcome[]> {
  const outcomes: StagedOutcome[] = [];
  for (let at = 0; at < uploads.length; at += FILES_PER_HOLD) {
    const some = uploads.slice(at, at + FILES_PER_HOLD);
    lock.hold(() => {
      // While the lock is held no client changes a folder: one look at each is enough.
      const held = new RootFolder(root.path, { remembersFolders: true });
      for (const upload of some) outcomes.push(publishOne(held, upload, calls));
    });
  }
  const folders = new Set<RemotePath>();
  for (const outcome of outcomes) {
    if (!("published" in outcome) || outcome.published.outcome === "skipped") continue;
    folders.add(remoteParent(outcome.published.path));
  }
  const isDurable = folders.size > FEW_FOLDERS && await calls.syncAll();
  if (!isDurable) { for (const folder of folders) root.syncFolder(folder); }
  return outcomes;
}

function publishOne(
  root: RootFolder,
  upload: StagedUpload,
  { requireFile }: PublishStagedCalls,
): StagedOutcome {
  const { temp, path, onConflict } = upload;
  try {
    const act = `upload "${path}"`;
    requireFile(upload, act);
    const published = publishLocked(root, temp, path, onConflict, act, { keepsTemp: true });
    return { upload, published, version: versionUnder(root, upload, published) };
  } catch (failure) {
    return { upload, failure };
  }
}

/** Its version changes with its names, so it is looked at once more, for the digests that are kept. */
function versionUnder(
  root: RootFolder,
  { version }: StagedUpload,
  { outcome, path }: Published,
): FileVersion | undefined {
  if (version === undefined || outcome === "skipped") return undefined;
  const info = root.statDeep(path, "keep digest");
  if (info === undefined) return undefined;
  const now = versionOf(info);
  // Another program may have replaced it, or written to it.
  const isSame = now.ino === version.ino && now.sizeBytes === version.sizeBytes &&
    now.modifiedAtMs === version.modifiedAtMs;
  return isSame ? now : undefined;
}
