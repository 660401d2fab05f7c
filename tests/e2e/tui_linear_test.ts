import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { withDeadline } from "#tests/support/deadline.ts";
import { LineLog } from "#tests/support/line_log.ts";
import { taskArguments } from "#tests/support/project_config.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { fileDigest, writeRandomFile } from "#tests/support/random_file.ts";
import { type CommandResult, runCommand } from "#tests/support/run_command.ts";
import { NO_SCREEN } from "#tests/support/screen_process.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { startTui } from "./tui_client.ts";

/** At this rate a big file takes three seconds, which no script waits for unless it says so. */
const RATE = "2MB/s";
/** At this rate it takes more than four: longer than two lines of progress are apart. */
const SLOWER = "1.4MB/s";
/** At this rate it takes ten minutes. */
const SLOWEST = "10kB/s";
const BIG = 6_000_000;

Deno.test("the linear client does the whole tour by a script on stdin", async () => {
  await using root = await makeTempFolder();
  await using local = await makeTempFolder();
  await fillFolders(root, local);
  await using server = await startServerProcess({
    root: root.path,
    flags: ["--rate-per-connection", RATE],
  });
  const { code, stdout, stderr } = await runScript(server.address, local.path, [
    ...["open local", "inner", "local files", "open local", "..", "server files"],
    // Two at once: one is slowed down and cancelled, the other paused and resumed.
    ...["download", "1,2", "pause", "1", "limit", "2", "50kB/s", "transfers", "resume", "1"],
    ...["cancel", "2", "wait", "retry", "2", "limit", "2", "0", "jobs", "2", "wait"],
    // A name that is taken.
    ...["upload", "note.txt", "wait", "Keep both"],
    ...["rename", "2", "old.txt", "new.txt", "new folder", "2", "things"],
    ...["delete", "2", "new.txt", "1", "n", "delete", "2", "new.txt", "1", "y"],
    ...["trash", "restore", "1", "delete", "1", "inner", "y"],
    ...["filter", "2", "OLD", "filter", "2", "", "search", "*.txt", "more"],
    ...["preview", "1", "note.txt", "details", "2", "note.txt", "checksum", "2", "note.txt"],
    ...["history", "status"],
    // Leaving is asked about while something goes on.
    ...["download", "big1.bin", "wait", "Overwrite", "download", "big2.bin", "quit", "Stay"],
    ...["quit", "Stop them now, keep what was moved for resume"],
  ]);
  const show = `${stdout}\n${stderr}`;
  assert.equal(code, 0, show);
  // deno-lint-ignore no-control-regex -- the point: not one control character
  assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u007f]/, show);
  for (
    const told of [
      /Local folder .*inner: 1 entry\n {2}1\) deep\.txt, 4 B/,
      /Server \/: 5 entries\n {2}1\) big1\.bin, 6\.0 MB.*\n {2}2\) big2\.bin, 6\.0 MB/,
      /\) evil\\u\{1b\}\[31m\\n\.txt, 4 B/,
      /\[1\] download big1\.bin: begins\n\[2\] download big2\.bin: begins/,
      // Whether anything was moved by then depends on the machine.
      /\[1\] download big1\.bin: paused(?: at .*)?\n/,
      /\[2\] download big2\.bin: .*limit 50\.0 kB\/s/,
      /\[2\] download big2\.bin: cancelled/,
      /\[1\] download big1\.bin: done, 6\.0 MB in .*, verified xxh128:/,
      /\[2\] download big2\.bin: done, 6\.0 MB/,
      / {2}local {3}6 B, .*\n {2}server {2}7 B, .*\n"note\.txt" is already on the server\. What now\?/,
      /upload note\.txt: done, .* saved as note \(1\)\.txt/,
      /Renamed "old\.txt" to "new\.txt"/,
      /Made folder "things"/,
      /Nothing was deleted\./,
      /Moved into the trash: "new\.txt"/,
      /In the trash: 1\n {2}1\) new\.txt, 3 B, deleted /,
      /Restored "new\.txt"/,
      /Delete "inner" for good, with all that is in it\? .*\nDeleted "inner"/,
      /Server \/: 0 entries, names with "OLD"/,
      /Found 4 below \/:/,
      /There is no more\./,
      /note\.txt, text, 6 B of 6 B:\nlocal!/,
      /Path: note\.txt\nKind: file\nSize: 7 B, 7 bytes/,
      new RegExp(`sha256:${sha256("remote!")} {2}note\\.txt`),
      /Done on the server, the newest first: /,
      /Server 127\.0\.0\.1:\d+: online, sluice\/.*, up for /,
      /Throttle: 2\.0 MB\/s for each connection/,
      /"[^"]*big1\.bin" is already here\. What now\?/,
      /Transfers go on\./,
      /\[5\] download big2\.bin: paused.*\nGoodbye\.\n$/,
    ]
  ) {
    assert.match(stdout, told, show);
  }
  assert.deepEqual(namesIn(local.path), ["big1.bin", "big2.bin", "note.txt"]);
  for (const name of ["big1.bin", "big2.bin"]) {
    assert.equal(await fileDigest(local.join(name)), await fileDigest(root.join(name)));
  }
  const remaining = ["note (1).txt", "note.txt", "new.txt", "things"];
  for (const name of remaining) assert.ok(namesIn(root.path).includes(name), `${name} is gone`);
  assert.equal(await Deno.readTextFile(root.join("note (1).txt")), "local!");
});

Deno.test("the linear client waits for its transfers at the end of the script", async () => {
  await using root = await makeTempFolder();
  await using local = await makeTempFolder();
  await fillFolders(root, local);
  await using server = await startServerProcess({
    root: root.path,
    flags: ["--rate-per-connection", SLOWER],
  });
  const good = await runScript(server.address, local.path, ["download", "big1.bin"]);
  assert.equal(good.code, 0, good.stdout);
  assert.match(good.stdout, /big1\.bin: done/);
  // One progress line at least, and its end.
  assert.match(good.stdout, /\[1\] download big1\.bin: \d+ percent, .* of 6\.0 MB/);
  assert.equal(await fileDigest(local.join("big1.bin")), await fileDigest(root.join("big1.bin")));

  // A question that nobody answers is a failure, and so is one that was not understood.
  const unanswered = await runScript(server.address, local.path, ["download", "big1.bin"]);
  assert.equal(unanswered.code, 1, unanswered.stdout);
  assert.match(unanswered.stdout, /failed: Cannot .*already exists/);
  const wrong = await runScript(server.address, local.path, ["dance"]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stdout, /There is no choice "dance"/);
  const lost = await runScript(server.address, local.path, ["open server", "no such folder"]);
  assert.equal(lost.code, 1, lost.stdout);
});

Deno.test("the linear client keeps what was moved when it is interrupted", async () => {
  await using root = await makeTempFolder();
  await using local = await makeTempFolder();
  await fillFolders(root, local);
  await using server = await startServerProcess({
    root: root.path,
    flags: ["--rate-per-connection", SLOWEST],
  });
  const child = new Deno.Command(Deno.execPath(), {
    args: await tuiArguments(server.address, local.path),
    cwd: PROJECT_FOLDER,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [stdout, stderr] = [new LineLog(child.stdout), new LineLog(child.stderr)];
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode("download\nbig1.bin\n"));
  await stdout.waitFor((line) => line.includes("percent"), "a progress line");
  child.kill("SIGTERM");
  const { code } = await withDeadline(child.status, "the end after SIGTERM");
  await Promise.all([stdout.ended, stderr.ended]);
  await writer.close().catch(() => {}); // Nobody reads it any more.
  assert.equal(code, 130, stderr.text);
  assert.deepEqual(namesIn(local.path).filter((name) => name.startsWith("big1")), [
    "big1.bin.part",
    "big1.bin.part.json",
  ]);
});

Deno.test({
  name: "the linear client asks a person about a conflict while it waits for the next choice",
  ignore: NO_SCREEN !== undefined,
  fn: async () => {
    await using root = await makeTempFolder();
    await using local = await makeTempFolder();
    await fillFolders(root, local);
    await using server = await startServerProcess({ root: root.path });
    const flags = ["--plain"];
    await using tui = await startTui({ address: server.address, local: local.path, flags });
    await tui.waitFor(/What next [^\n]*:\s*$/);
    await tui.type("upload\rnote.txt\r");
    await tui.waitFor(/"note\.txt" is already on the server[^]*Number:\s*$/);
    await tui.type("1\r");
    await tui.waitFor(/upload note\.txt: done[^]*What next [^\n]*:\s*$/);
    assert.equal(await Deno.readTextFile(root.join("note.txt")), "local!");
    // Ctrl-D leaves, as the end of a script does.
    await tui.type("\x04");
    assert.equal((await tui.ended()).code, 0);
    assert.ok(!tui.raw.includes("\x1b"), "there are escape sequences");
  },
});

async function fillFolders(root: TempFolder, local: TempFolder): Promise<void> {
  await writeRandomFile(root.join("big1.bin"), BIG, 1);
  await writeRandomFile(root.join("big2.bin"), BIG, 2);
  await Deno.writeTextFile(root.join("note.txt"), "remote!");
  await Deno.writeTextFile(root.join("old.txt"), "old");
  await Deno.writeTextFile(root.join("evil\u001b[31m\n.txt"), "evil");
  await Deno.writeTextFile(local.join("note.txt"), "local!");
  await Deno.mkdir(local.join("inner"));
  await Deno.writeTextFile(local.join("inner", "deep.txt"), "deep");
}

async function runScript(
  address: string,
  folder: string,
  answers: readonly string[],
): Promise<CommandResult> {
  return await runCommand(Deno.execPath(), await tuiArguments(address, folder), {
    cwd: PROJECT_FOLDER,
    stdin: new TextEncoder().encode(answers.map((answer) => `${answer}\n`).join("")),
  });
}

/** Without `--plain`: a pipe is reason enough. */
async function tuiArguments(address: string, folder: string): Promise<string[]> {
  return [...await taskArguments("tui"), "--server", address, "--local", folder];
}

function namesIn(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
