import assert from "node:assert/strict";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { holdAfter } from "#tests/support/passages.ts";
import { runCommand } from "#tests/support/run_command.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { type RelayTarget, TcpRelay } from "#tests/support/tcp_relay.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { until } from "#tests/server/until.ts";
import { NO_TERMINAL, openCliTerminal } from "./cli_terminal.ts";

const ignore = NO_TERMINAL !== undefined;
const HIDE_CURSOR = "\x1b[?25l";
// deno-lint-ignore no-control-regex -- a terminal's language is made of control characters
const ESCAPES_AND_LINE_ENDS = /\x1b\[[?\d;]*[A-Za-z]|[\r\n]/g;
/** So slow that a client cannot be done with sending long before the server has it all. */
const SLOWLY = ["--rate", "4MB/s"];
const SHOW_CURSOR = "\x1b[?25h";

Deno.test("a terminal shows a bar for each file and a total, and finished ones scroll up", {
  ignore,
}, async () => {
  await using world = await makeWorld({ "a.bin": 3_000_000, "日本語🎉.bin": 4_000_000 }, SLOWLY);
  await using line = new HeldLine(world.server, 1_500_000);
  await using terminal = await openCliTerminal(
    ["upload", "a.bin", "日本語🎉.bin", "--server", line.address],
    { cwd: world.folder, columns: 100 },
  );
  await terminal.waitForScreen(
    /^(?=[^]*^a\.bin +█+░+ +\d+% .*MB \/ 3\.0 MB)(?=[^]*^日本語🎉\.bin )[^]*\n0\/2 files +█*░+ +\d+% .*\/ 7\.0 MB/m,
  );
  line.release();
  await terminal.waitFor("uploaded a.bin");
  assert.equal(await terminal.exitCode(), 0);
  const lines = terminal.screen.text.split("\n");
  assert.equal(lines.length, 3, terminal.screen.text);
  // Whichever came first is above.
  const [first, second] = lines.slice(0, 2).sort();
  assert.match(first ?? "", /^uploaded a\.bin \(3\.0 MB in [\d.]+ s, [\d.]+ [kM]B\/s\)$/);
  assert.match(second ?? "", /^uploaded 日本語🎉\.bin /);
  assert.match(lines[2] ?? "", /^2 files, 7\.0 MB in /);
  assert.ok(terminal.screen.isCursorVisible);
  assert.ok(terminal.written.includes(HIDE_CURSOR));
});

Deno.test("no more than ten pictures a second are drawn", { ignore }, async () => {
  await using world = await makeWorld({ "a.bin": 400_000 });
  const started = performance.now();
  await using terminal = await openCliTerminal(
    ["upload", "a.bin", "--limit-rate", "300KB/s", "--server", world.address],
    { cwd: world.folder },
  );
  assert.equal(await terminal.exitCode(), 0);
  const seconds = (performance.now() - started) / 1000;
  const pictures = terminal.written.split("\x1b[J").length - 1;
  assert.ok(pictures > 0, terminal.written);
  assert.ok(pictures <= seconds * 10 + 2, `${pictures} pictures in ${seconds} s`);
});

Deno.test(
  "Ctrl-C restores the cursor, says how to go on, and ends with 130; the next run resumes",
  { ignore },
  async () => {
    await using world = await makeWorld({ "a.bin": 20_000_000 });
    const args = ["upload", "a.bin", "--server", world.address];
    const options = { cwd: world.folder, columns: 100 };
    // Ten minutes, of which it gets a moment.
    await using first = await openCliTerminal([...args, "--limit-rate", "30kB/s"], options);
    await first.waitForScreen(/^a\.bin .* [1-9][\d.]* kB \/ 20\.0 MB/m);
    await first.type("\x03");
    await first.waitFor("interrupted; what was transferred is kept for resume");
    assert.equal(await first.exitCode(), 130);
    assert.ok(first.screen.isCursorVisible);
    await using second = await openCliTerminal(args, options);
    assert.equal(await second.exitCode(), 0);
    assert.match(second.screen.text, /uploaded a\.bin \(.*resumed from /);
  },
);

Deno.test("bars fit the terminal again after it was made narrower", { ignore }, async () => {
  await using world = await makeWorld({ "a.bin": 3_000_000, "b.bin": 3_000_000 }, SLOWLY);
  await using line = new HeldLine(world.server, 200_000);
  const ttyFile = `${world.folder}/tty`;
  await using terminal = await openCliTerminal(
    ["upload", "a.bin", "b.bin", "--server", line.address],
    { cwd: world.folder, columns: 100, ttyFile },
  );
  await terminal.waitForScreen(/^(?=.{50})a\.bin .*\/ 3\.0 MB/m);
  const tty = (await Deno.readTextFile(ttyFile)).trim();
  await runCommand("stty", ["-F", tty, "cols", "50"]);
  await terminal.waitForScreen(/^(?=.{0,49}$)a\.bin .*\/ 3\.0 MB/m);
  line.release();
  assert.equal(await terminal.exitCode(), 0);
  const rows = terminal.written.split("\x1b[K")
    .map((row) => row.replace(ESCAPES_AND_LINE_ENDS, ""))
    .filter((row) => /^[ab]\.bin .*\/ 3\.0 MB/.test(row));
  const narrow = rows.slice(rows.findIndex((row) => row.length < 50));
  for (const row of narrow) assert.ok(row.length < 50, row);
});

Deno.test("SIGTERM ends like Ctrl-C", { ignore }, async () => {
  await using world = await makeWorld({ "a.bin": 3_000_000 });
  const pidFile = `${world.folder}/pid`;
  await using terminal = await openCliTerminal(
    ["upload", "a.bin", "--limit-rate", "5kB/s", "--server", world.address],
    { cwd: world.folder, pidFile },
  );
  await terminal.waitFor(HIDE_CURSOR);
  Deno.kill(Number(await Deno.readTextFile(pidFile)), "SIGTERM");
  assert.equal(await terminal.exitCode(), 130);
  assert.ok(terminal.screen.isCursorVisible);
});

Deno.test("a taken name is asked about while other transfers go on", { ignore }, async () => {
  await using world = await makeWorld({ "a.bin": 10, "b.bin": 400_000 });
  await Deno.writeTextFile(`${world.root}/a.bin`, "old");
  await using line = new HeldLine(world.server, 200_000);
  await using terminal = await openCliTerminal(
    ["upload", "a.bin", "b.bin", "--server", line.address],
    { cwd: world.folder },
  );
  await terminal.waitFor('"a.bin" already exists on the server:');
  await terminal.waitFor("> ");
  line.release();
  const exists = (): Promise<boolean> =>
    Deno.stat(`${world.root}/b.bin`).then(() => true, () => false);
  await until(exists, "the other transfer's end");
  assert.doesNotMatch(
    terminal.screen.text,
    /uploaded b\.bin/,
    "nothing is drawn over the question",
  );
  await terminal.type("keep both\r");
  await terminal.waitFor("The same for all others? [y/N] ");
  await terminal.type("\r");
  assert.equal(await terminal.exitCode(), 0);
  assert.match(terminal.screen.text, /uploaded a\.bin to a \(1\)\.bin/);
  assert.match(terminal.screen.text, /uploaded b\.bin/);
  assert.equal(await Deno.readTextFile(`${world.root}/a.bin`), "old");
});

for (
  const [what, env, live] of [
    ["NO_COLOR", { NO_COLOR: "1" }, true],
    ["TERM=dumb", { TERM: "dumb" }, false],
  ] as const
) {
  Deno.test(`${what} gives text without any escape sequence`, { ignore }, async () => {
    await using world = await makeWorld({ "a.bin": 200_000 });
    await using line = new HeldLine(world.server, 100_000);
    await using terminal = await openCliTerminal(
      ["upload", "a.bin", "--limit-rate", "300KB/s", "--server", line.address],
      { cwd: world.folder, env },
    );
    if (live) await terminal.waitFor("%");
    line.release();
    assert.equal(await terminal.exitCode(), 0);
    assert.ok(!terminal.written.includes("\x1b"), terminal.written);
    assert.equal(terminal.written.includes("%"), live);
    assert.match(terminal.screen.text, /^uploaded a\.bin \(/);
  });
}

Deno.test("a failure shows no stack and restores the cursor", { ignore }, async () => {
  await using world = await makeWorld({ "a.bin": 10 });
  await Deno.writeTextFile(`${world.root}/a.bin`, "old");
  await using terminal = await openCliTerminal(
    ["upload", "a.bin", "gone.bin", "--on-conflict", "error", "--server", world.address],
    { cwd: world.folder },
  );
  assert.ok([3, 4].includes(await terminal.exitCode()));
  assert.match(terminal.screen.text, /^sluice: Cannot upload "gone\.bin": there is no such/m);
  assert.match(terminal.screen.text, /^2 of 2 files failed:/m);
  assert.ok(terminal.screen.isCursorVisible);
  assert.ok(
    terminal.written.lastIndexOf(SHOW_CURSOR) >= terminal.written.lastIndexOf(HIDE_CURSOR),
  );
});

/** A line to a server that falls silent in the middle of an upload until it is told to go on. */
class HeldLine extends TcpRelay {
  readonly #goOn = Promise.withResolvers<void>();

  constructor(server: RelayTarget, bytes: number) {
    super(server);
    this.passages = () => ({ up: holdAfter(bytes, () => {}, this.#goOn.promise) });
  }

  release(): void {
    this.#goOn.resolve();
  }
}

interface World extends AsyncDisposable {
  readonly folder: string;
  readonly root: string;
  readonly server: ServerProcess;
  readonly address: string;
}

async function makeWorld(
  files: Readonly<Record<string, number>>,
  flags: readonly string[] = [],
): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await makeTempFolder());
  const root = stack.use(await makeTempFolder());
  for (const [name, size] of Object.entries(files)) {
    // Noise: what can be compressed would be through before a bar is seen.
    await Deno.writeFile(folder.join(name), randomBytes(size));
  }
  const server = stack.use(await startServerProcess({ root: root.path, flags }));
  const owned = stack.move();
  return {
    folder: folder.path,
    root: root.path,
    server,
    address: server.address,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
