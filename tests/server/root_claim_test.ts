import assert from "node:assert/strict";
import { startServer } from "#server/start_server.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";

const start = (root: TempFolder, shared?: string): ReturnType<typeof startServer> =>
  startServer({
    root: root.path,
    port: 0,
    spareWorkers: 0,
    ...(shared === undefined ? {} : { shared }),
  });

const refused = async (starting: Promise<unknown>, why: RegExp): Promise<void> => {
  await assert.rejects(starting, (error) => {
    assert.ok(error instanceof SluiceError);
    assert.equal(error.code, "busy");
    assert.match(error.message, why);
    return true;
  });
};

Deno.test("startServer() refuses a folder that another server serves alone, until that one stops", async () => {
  await using root = await makeTempFolder();
  const first = await start(root);
  await refused(
    start(root),
    /^Cannot serve ".*": another server serves it already; to let several/,
  );
  await refused(start(root, "b"), /another server serves it alone; start that one with --shared/);
  await first.stop();
  await using _second = await start(root);
});

Deno.test("startServer() lets servers share a folder that all say so, each by a name of its own", async () => {
  await using root = await makeTempFolder();
  await using a = await start(root, "a");
  await using b = await start(root, "b");
  assert.equal(a.status().serverName, "a");
  assert.equal(b.status().serverName, "b");
  await refused(start(root, "a"), /another server shares it as "a" already$/);
  await refused(start(root), /another server serves it already/);
});

Deno.test("startServer() refuses a name that could lead elsewhere", async () => {
  await using root = await makeTempFolder();
  for (const name of ["", "..", "a/b", "-a", "a b", "a".repeat(33)]) {
    await assert.rejects(start(root, name), RangeError);
  }
});

Deno.test("startServer() refuses a link in place of its own state folder", async () => {
  await using root = await makeTempFolder();
  await using other = await makeTempFolder();
  await Deno.mkdir(root.join(".sluice", "servers"), { recursive: true });
  await Deno.symlink(other.path, root.join(".sluice", "servers", "a"));
  await assert.rejects(start(root, "a"), { code: "permission_denied" });
});
