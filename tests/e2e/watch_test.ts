import assert from "node:assert/strict";
import { Watcher } from "#tests/server/watching.ts";
import { startClientProcess } from "#tests/support/client_process.ts";
import { GatedLine } from "#tests/support/gated_line.ts";
import { residentBytes } from "#tests/support/process_memory.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { NO_TERMINAL, openCliTerminal } from "./cli_terminal.ts";

const ignore = NO_TERMINAL !== undefined;
/** Ten minutes for the file that is uploaded. */
const SLOW = ["--rate-per-connection", "5kB/s"];

Deno.test("status --watch --json follows an upload from its first bytes to its record, and ends with 130", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.join("root") });
  await using line = new GatedLine(server);
  const args = ["status", "--watch", "--interval", "100ms"];
  await using watching = await startClientProcess(server.address, args);
  await watching.stdout.waitFor((line) => line.includes('"watching"'), "the first snapshot");
  await Deno.writeFile(folder.join("a.bin"), randomBytes(3_000_000));
  void line.hold("up", 1_000_000);
  await using upload = await startClientProcess(line.address, ["upload", folder.join("a.bin")]);
  const isAtWork = (line: string): boolean => line.includes('"path":"a.bin","doneBytes":');
  await watching.stdout.waitFor(isAtWork, "the upload under way");
  line.release();
  assert.equal((await upload.ended).code, 0);
  await watching.stdout.waitFor((line) => line.includes('"historyRecords":1,'), "its record");
  const last = watching.records().at(-1);
  assert.deepEqual([last?.type, last?.name, last?.changes], ["result", server.address, 1]);
  watching.kill("SIGINT");
  assert.equal((await watching.ended).code, 130);
});

Deno.test("status --watch ends with 6 when the server is killed", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.join("root") });
  await using watching = await startClientProcess(server.address, ["status", "--watch"]);
  await watching.stdout.waitFor((line) => line.includes('"watching"'), "the first snapshot");
  server.kill("SIGKILL");
  assert.equal((await watching.ended).code, 6);
  assert.equal(watching.records().at(-1)?.code, "unreachable");
});

Deno.test("status --watch in a terminal shows who works, and Ctrl-C gives the terminal back", {
  ignore,
}, async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.join("root"), flags: SLOW });
  await Deno.writeFile(folder.join("a.bin"), randomBytes(3_000_000));
  await using _upload = await startClientProcess(server.address, ["upload", folder.join("a.bin")]);
  await using terminal = await openCliTerminal(
    ["status", "--watch", "--interval", "200ms", "--server", server.address],
    { cwd: folder.path, columns: 110 },
  );
  await terminal.waitForScreen(/1 working, .*\n(.*\n)+ +\d+ +\d+ {2}upload .* a\.bin +\d+% /);
  await terminal.type("\x03");
  assert.equal(await terminal.exitCode(), 130);
  assert.ok(terminal.screen.isCursorVisible);
  assert.match(terminal.screen.text, /sluice: stopped watching$/);
});

Deno.test("a server keeps its memory while many watch it, and some of them never read", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.join("root") });
  const watchers = await Promise.all(Array.from({ length: 60 }, () => Watcher.begin(server)));
  try {
    const [reader] = watchers;
    assert.ok(reader !== undefined);
    await reader.until(({ connections }) => connections.open === 60, "all of them");
    const before = await residentBytes(server.pid);
    for (let i = 0; i < 20; i++) await reader.next();
    const grown = await residentBytes(server.pid) - before;
    assert.ok(grown < 50e6, `${grown} bytes`);
  } finally {
    for (const watcher of watchers) watcher.peer.close();
  }
});
