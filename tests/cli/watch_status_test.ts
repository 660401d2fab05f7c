import assert from "node:assert/strict";
import { snapshotLines } from "#client/cli/progress/snapshot_lines.ts";
import { paintNothing } from "#client/cli/progress/paint.ts";
import { makeOperation, makeSnapshot } from "#tests/support/snapshots.ts";
import { runWithFakes } from "./cli_run.ts";
import { FakeClient } from "./fake_client.ts";
import { TinyScreen } from "./tiny_screen.ts";

const EVIL = makeOperation({
  path: "evil\x1b[2J\n",
  peer: "\x1b]0;x\x07",
  operation: "up\x1bload",
});
const LINE = "1 working, 0 waiting, 2 of 1024 connections, 1 of 64 workers busy, " +
  "up 1.0 MB/s, down 0 B/s\n";

Deno.test("status --watch prints a line for each snapshot, and ends with 6 when the server goes", async () => {
  const client = makeClient(2);
  const { code, terminal } = await runWithFakes(["status", "--watch"], { client });
  assert.equal(terminal.stdout, LINE + LINE);
  assert.equal(terminal.stderr, "sluice: Cannot reach the server: it went away\n");
  assert.deepEqual([code, client.calls, client.isClosed], [6, ["watch undefined"], true]);
});

Deno.test("status --watch ends with 130 when it is interrupted", async () => {
  const client = makeClient(5);
  const abort = new AbortController();
  client.onSnapshot = (sequence): void => {
    if (sequence === 3) abort.abort();
  };
  const { code, terminal } = await runWithFakes(["status", "-w"], { client, signal: abort.signal });
  assert.equal(terminal.both, LINE.repeat(3) + "sluice: stopped watching\n");
  assert.equal(code, 130);
});

Deno.test("status --watch --json prints one JSON line for each snapshot", async () => {
  const client = makeClient(2);
  const args = ["--json", "status", "--watch", "--server", "there:1"];
  const { terminal } = await runWithFakes(args, {
    client,
    isInteractive: true,
    liveStyle: "color",
  });
  assert.deepEqual(terminal.records.map(({ type, name, sequence }) => [type, name, sequence]), [
    ["result", "there:1", 1],
    ["result", "there:1", 2],
    ["error", undefined, undefined],
  ]);
  assert.deepEqual(terminal.records[0]?.operations, [EVIL]);
  assert.ok(!terminal.stdout.includes("\x1b"));
});

Deno.test("status --watch draws over itself on a terminal, escapes what peers chose, and gives the cursor back", async () => {
  const client = makeClient(3);
  const { terminal } = await runWithFakes(["status", "--watch"], {
    client,
    isInteractive: true,
    liveStyle: "color",
    size: { columns: 130, rows: 24 },
  });
  const screen = new TinyScreen(130);
  screen.write(terminal.stderr.slice(0, terminal.stderr.lastIndexOf("\r\x1b[J")));
  assert.match(screen.text, /^127\.0\.0\.1:9999 {2}sluice\/0\.1\.0, up for 1:01:40\n1 working, /);
  assert.match(
    screen.text,
    /\n +1 +3 {2}up\\u\{…}load {2}\\u\{1b\}\]0;x\\u\{7\} +evil\\u\{1b\}\[2J\\n +50% +500 kB \/ 1\.0 MB +250 kB\/s/,
  );
  assert.equal(terminal.stdout, "");
  assert.ok(terminal.stderr.includes("\x1b[?25h"), "no cursor");
  assert.ok(new TinyScreen(130).write(terminal.stderr).isCursorVisible);
});

Deno.test("status --watch keeps one line without any escape sequence under NO_COLOR", async () => {
  const options = { client: makeClient(2), isInteractive: true, liveStyle: "plain" } as const;
  const { terminal } = await runWithFakes(["status", "--watch"], options);
  assert.ok(terminal.stderr.startsWith(`\r${LINE.slice(0, 60)}`), terminal.stderr);
  assert.ok(!terminal.stderr.includes("\x1b"));
});

Deno.test("status takes intervals from 100ms to 60s, and only with --watch", async () => {
  for (const [text, ms] of [["100ms", 100], ["1.5s", 1500], ["60s", 60_000]] as const) {
    const client = makeClient(1);
    await runWithFakes(["status", "--watch", "--interval", text], { client });
    assert.deepEqual(client.calls, [`watch ${ms}`]);
  }
  for (const text of ["99ms", "61s", "1", "soon", "0s", "-1s"]) {
    const bad = await runWithFakes(["status", "--watch", "--interval", text]);
    assert.deepEqual([bad.code, bad.client.calls], [2, []], text);
  }
  const alone = await runWithFakes(["status", "--interval", "1s"]);
  assert.deepEqual([alone.code, alone.terminal.stdout], [2, ""]);
});

Deno.test("snapshotLines() fits every size, and tells how many connections it leaves out", () => {
  const operations = Array.from(
    { length: 200 },
    (_, id) => makeOperation({ connectionId: id, path: `folder/${"name".repeat(id)}.bin` }),
  );
  const snapshot = makeSnapshot({ operations, connections: { open: 300, max: 1024 } });
  const layout = { measure: (text: string): number => text.length, paint: paintNothing };
  for (const columns of [1, 10, 40, 80, 200]) {
    for (const rows of [1, 2, 5, 7, 10, 50, 400]) {
      const lines = snapshotLines(snapshot, "there:1", { columns, rows, ...layout });
      assert.ok(lines.length <= Math.max(1, rows - 1), `${lines.length} of ${rows} rows`);
      assert.ok(lines.every((line) => line.length < Math.max(2, columns)), `${columns} columns`);
    }
  }
  const lines = snapshotLines(snapshot, "there:1", { columns: 80, rows: 15, ...layout });
  // Five above, eight connections, and the last line.
  assert.deepEqual([lines.length, lines.at(-1)], [14, "and 292 more"]);
  const all = snapshotLines(snapshot, "there:1", { columns: 80, rows: 400, ...layout });
  assert.deepEqual([all.length, all.at(-1)], [206, "and 100 more"]);
});

function makeClient(count: number): FakeClient {
  const client = new FakeClient();
  client.snapshots = Array.from(
    { length: count },
    (_, index) => makeSnapshot({ sequence: index + 1, operations: [EVIL] }),
  );
  return client;
}
