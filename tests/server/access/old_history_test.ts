import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { SluiceClient } from "#client/mod.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { startTestServer } from "../test_server.ts";
import { until } from "../until.ts";

Deno.test("a history from before there were tokens is read and goes on", async () => {
  await using folder = await makeTempFolder();
  await Deno.mkdir(folder.join(".sluice"));
  const old = new DatabaseSync(folder.join(".sluice", "state.db"));
  old.exec(
    `CREATE TABLE history (
       id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, peer TEXT NOT NULL,
       operation TEXT NOT NULL, path TEXT NOT NULL, target TEXT, bytes INTEGER NOT NULL,
       seconds REAL NOT NULL, digest TEXT, outcome TEXT NOT NULL);
     INSERT INTO history VALUES (1, ${Date.now()}, 'p', 'mkdir', 'old', NULL, 0, 0, NULL, 'done')`,
  );
  old.close();
  await using place = await startTestServer({ root: folder.path });
  const { hostname, port } = place;
  await using client = new SluiceClient({ server: { hostname, port } });
  await client.mkdir("new");
  const paths = async (): Promise<string[]> =>
    (await Array.fromAsync(client.history())).map(({ path }) => path);
  await until(async () => (await paths()).length === 2, "both records");
  assert.deepEqual(await paths(), ["new", "old"]);
});
