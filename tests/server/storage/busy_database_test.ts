import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { ROOT_PATH } from "#protocol/remote_path.ts";
import { HistoryStore, type NewHistoryRecord } from "#server/storage/history_store.ts";
import { StateDatabase } from "#server/storage/state_database.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const WHOLE = { owner: undefined, base: ROOT_PATH };
const RECORD: NewHistoryRecord = {
  atMs: Date.now(),
  peer: "127.0.0.1:1",
  operation: "upload",
  path: "a.bin",
  bytes: 1,
  seconds: 1,
  outcome: "done",
};

Deno.test("HistoryStore keeps records while another process holds the database, and writes them then", async () => {
  await using folder = await makeTempFolder();
  using state = new StateDatabase(folder.path);
  let written = 0;
  const history = new HistoryStore(state, (count) => void (written += count));
  history.add(RECORD);
  history.flush();
  assert.equal(written, 1);
  using other = new DatabaseSync(folder.join("state.db"));
  other.exec("BEGIN IMMEDIATE");
  history.add(RECORD);
  history.flush();
  assert.deepEqual([written, history.hasPending], [1, true]);
  other.exec("ROLLBACK");
  const write = async (): Promise<void> => {
    while (history.hasPending) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      history.flush();
    }
  };
  await withDeadline(write(), "the record to be written");
  assert.equal(history.read({ limit: 10, failed: false }, WHOLE).records.length, 2);
});
