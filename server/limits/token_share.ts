import type { RemotePath } from "#protocol/remote_path.ts";
import { join } from "../storage/local_path.ts";
import { innerPath } from "../storage/subtree.ts";
import { ENTRY, isTrashId, readTrashEntry } from "../storage/trash_record.ts";
import { ownedPrefix } from "../storage/owned_name.ts";
import { countBytes } from "./count_bytes.ts";

/** Whose share of root is counted. */
export interface TokenShare {
  /** Real path of root. */
  readonly rootPath: string;
  /** Path of the state folder. */
  readonly statePath: string;
  /** The folder that the token is confined to; root for one that is not. */
  readonly base: RemotePath;
  /** Id of the token. */
  readonly tokenId: string;
}

/**
 * Counts what a token's quota is about: all files in its folder, whoever put them there, what was deleted from it
 * and is still in the trash, and the token's own uploads that have no name yet.
 *
 * @param share Whose.
 * @param onTurn Called now and then.
 * @returns Bytes.
 */
export async function countTokenShare(share: TokenShare, onTurn: () => void): Promise<number> {
  const { rootPath, statePath, base, tokenId } = share;
  const folder = base === "" ? rootPath : join(rootPath, ...base.split("/"));
  const parts = [
    [folder],
    ofTrash(join(statePath, "trash"), base),
    ownedIn(join(statePath, "uploads"), tokenId),
    ownedIn(join(statePath, "staged"), tokenId),
  ];
  let bytes = 0;
  for (const paths of parts) bytes += await countBytes(paths, { except: statePath, onTurn });
  return bytes;
}

function* ofTrash(trash: string, base: RemotePath): Generator<string | undefined, void, void> {
  for (const { name } of Deno.readDirSync(trash)) {
    const entry = isTrashId(name) ? readTrashEntry(trash, name) : undefined;
    const isInside = entry !== undefined && innerPath(base, entry.path) !== undefined;
    yield isInside ? join(trash, name, ENTRY) : undefined;
  }
}

function* ownedIn(folder: string, tokenId: string): Generator<string, void, void> {
  const prefix = ownedPrefix(tokenId);
  for (const { name } of Deno.readDirSync(folder)) {
    if (name.startsWith(prefix)) yield join(folder, name);
  }
}
