import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import { countTokenShare } from "#server/limits/token_share.ts";
import { prepareRoot } from "#server/prepare_root.ts";
import { NamespaceLock } from "#server/storage/namespace_lock.ts";
import { RootFolder } from "#server/storage/root_folder.ts";
import { Trash } from "#server/storage/trash.ts";
import { ENTRY, newTrashId, writeTrashRecord } from "#server/storage/trash_record.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

/** More than are looked at in one turn. */
const OTHERS = 600;

Deno.test("who passes over many entries of others in the trash lets messages have their turn", async (t) => {
  await using folder = await makeTempFolder();
  const statePath = folder.join(STATE_FOLDER);
  await prepareRoot(folder.path);
  for (let index = 0; index < OTHERS; index++) addEntry(statePath, `theirs/${index}`);
  addEntry(statePath, "mine/a");
  const base = parseRemotePath("mine");
  using lock = new NamespaceLock(statePath);
  const trash = new Trash(new RootFolder(folder.join("mine"), { statePath }), lock, base);

  await t.step("Trash.list()", async () => {
    let turns = 0;
    setImmediate(() => void turns++);
    const after = newTrashId();
    const page = await trash.list(after, 1000, new AbortController().signal);
    assert.deepEqual(page.entries.map(({ path }) => path), ["a"]);
    assert.equal(turns, 1);
  });

  await t.step("Trash.list() ends when it is cancelled", async () => {
    const cancelled = AbortSignal.abort(new RangeError("cancelled"));
    await assert.rejects(trash.list(undefined, 1000, cancelled), RangeError);
  });

  await t.step("countTokenShare()", async () => {
    let turns = 0;
    const share = { rootPath: folder.path, statePath, base, tokenId: "0123456789abcdef" };
    Deno.mkdirSync(folder.join("mine"));
    assert.equal(await countTokenShare(share, () => void turns++), 3);
    assert.equal(turns, 1);
  });
});

function addEntry(statePath: string, path: string): void {
  const place = `${statePath}/trash/${newTrashId()}`;
  Deno.mkdirSync(place);
  writeTrashRecord(place, path);
  Deno.writeTextFileSync(`${place}/${ENTRY}`, "xyz");
}
