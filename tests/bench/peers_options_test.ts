import assert from "node:assert/strict";
import { parsePeersOptions, ROW_IDS } from "#bench/peers/peers_options.ts";

Deno.test("parsePeersOptions() measures all rows five times with 1 GiB when nothing is said", () => {
  const options = parsePeersOptions([]);
  assert.ok(options !== "help");
  assert.deepEqual([options.rounds, options.sizeBytes, options.files], [5, 1024 ** 3, 5000]);
  assert.deepEqual(options.only, ROW_IDS);
  assert.deepEqual([options.mayInstall, options.mayWrite, options.isLong], [false, true, false]);
});

Deno.test("parsePeersOptions() reads sizes with units and repeated rows", () => {
  const options = parsePeersOptions(["--size", "64MiB", "--only", "idle", "--only", "memory"]);
  assert.ok(options !== "help");
  assert.equal(options.sizeBytes, 64 * 1024 ** 2);
  assert.deepEqual(options.only, ["idle", "memory"]);
});

Deno.test("parsePeersOptions() refuses what it does not know", () => {
  for (const args of [["--only", "fax"], ["--rounds", "0"], ["--rounds", "x"], ["--speed", "1"]]) {
    assert.throws(() => parsePeersOptions(args), args.join(" "));
  }
});
