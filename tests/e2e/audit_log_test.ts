import assert from "node:assert/strict";
import { join } from "node:path";
import { FrameType } from "#protocol/frame.ts";
import { done } from "#tests/server/done.ts";
import { stage } from "#tests/server/stage.ts";
import { until } from "#tests/server/until.ts";
import { findMountNamespace } from "#tests/support/mount_namespace.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { hasProgram, runCommand } from "#tests/support/run_command.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";

const namespace = await findMountNamespace();
const isOwnUser = namespace?.includes("-rm") ?? false;
const isPossible = namespace !== undefined && await hasProgram("nsenter");
const why = isPossible ? "" : " (skipped: this system lets us mount no small disk)";
/** Mounts a small disk, which only the server sees, fills it, and becomes the server. */
const FULL_DISK = 'mount -t tmpfs -o size=64k tmpfs "$1" && ' +
  '{ head -c 1000000 /dev/zero > "$1/filler" 2> /dev/null; shift; exec "$@"; }';
const BYTES = randomBytes(3_000);
const STRANGE = "a\n\u001b[2J\u202ex\u0085";

/** One line, as far as these tests look at it. */
interface Line {
  readonly [key: string]: unknown;
}

Deno.test("the audit log has one line for each operation that ended, whatever the names hold", async () => {
  await using folder = await makeTempFolder();
  await using logs = await makeTempFolder();
  const file = logs.join("deep", "audit.jsonl");
  {
    await using server = await auditing(folder, file, ["--max-connections", "1"]);
    {
      using peer = await RawPeer.greet(server);
      await uploadRaw(peer, STRANGE, BYTES);
      await downloadRaw(peer, STRANGE);
      await done(peer, FrameType.LIST, { path: "" });
      await done(peer, FrameType.RENAME, { from: STRANGE, to: "b" });
      assert.deepEqual(await stage(peer, [{ path: "s", bytes: BYTES }]), ["staged"]);
      await done(peer, FrameType.PUBLISH);
      await peer.refused("not_found", FrameType.STAT, { path: "gone" });
      using other = await RawPeer.connect(server);
      await other.send(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
      await other.takeRest();
    }
  }
  const text = await Deno.readTextFile(file);
  // deno-lint-ignore no-control-regex -- these are what is looked for
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  const lines = linesOf(text);
  // Lines of different connections have no order among them.
  const isRefusal = ({ operation }: Line): boolean => operation === "connect";
  const ordered = [...lines.filter((line) => !isRefusal(line)), ...lines.filter(isRefusal)];
  const digest = sha256Of(BYTES);
  const bytes = BYTES.byteLength;
  assert.deepEqual(
    ordered.map(({ operation, path, target, bytes, digest, outcome }) => ({
      operation,
      path,
      target,
      bytes,
      digest,
      outcome,
    })),
    [
      line({ operation: "upload", path: STRANGE, bytes, digest }),
      line({ operation: "download", path: STRANGE, bytes, digest }),
      line({ operation: "list", path: "" }),
      line({ operation: "rename", path: STRANGE, target: "b" }),
      line({ operation: "upload", path: "s", bytes, digest }),
      line({ operation: "stat", path: "gone", outcome: "not_found" }),
      line({ operation: "connect", bytes: undefined, outcome: "protocol_error" }),
    ],
  );
  for (const { time, connection, peer } of lines) {
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(typeof connection, "number");
    assert.match(String(peer), /^127\.0\.0\.1:\d+$/);
  }
});

Deno.test("an error id leads from what the client saw to the log and to the audit log", async () => {
  await using folder = await makeTempFolder();
  await using logs = await makeTempFolder();
  const file = logs.join("audit");
  const ids: string[] = [];
  await using server = await auditing(folder, file);
  using peer = await RawPeer.greet(server);
  await uploadRaw(peer, "taken", BYTES);
  await stage(peer, [{ path: "taken", bytes: BYTES }]);
  const { files } = await done(peer, FrameType.PUBLISH);
  ids.push(files[0].error.errorId);
  for (
    const [type, payload] of [
      [FrameType.STAT, { path: "gone" }],
      [FrameType.GET, { path: 7 }],
      [FrameType.PUT, { path: "taken", sizeBytes: 1 }],
      [FrameType.WATCH, { intervalMs: 1 }],
    ] as const
  ) {
    ids.push(String((await peer.request(type, payload)).json?.errorId));
  }
  const broken = await RawPeer.connect(server);
  await broken.send(new Uint8Array(8).fill(1));
  await broken.expectPreface();
  ids.push(String((await broken.lastFrame(0)).json?.errorId));
  broken.close();
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) {
    assert.match(id, /^[0-9a-f]{8}$/);
    await server.waitForLog((text) => text.includes(`(error ${id})`));
  }
  // What the main thread answers by itself is no operation.
  const [watch] = ids.splice(4, 1);
  peer.close();
  server.kill("SIGTERM");
  await server.status;
  const audited = linesOf(await Deno.readTextFile(file)).map(({ errorId }) => errorId);
  for (const id of ids) assert.ok(audited.includes(id), id);
  assert.ok(!audited.includes(watch));
});

Deno.test("the audit log has a line for a request that was cancelled before a worker saw it", async () => {
  await using folder = await makeTempFolder();
  await using logs = await makeTempFolder();
  const file = logs.join("audit");
  {
    await using server = await auditing(folder, file, ["--workers", "1"]);
    using first = await RawPeer.greet(server);
    await beginUpload(first, { path: "first", sizeBytes: 1 });
    using second = await RawPeer.greet(server);
    const id = await second.begin(FrameType.RENAME, { from: STRANGE, to: "b" });
    await second.sendFrame(FrameType.CANCEL, id);
    assertError(await second.lastFrame(id), "cancelled");
  }
  const lines = linesOf(await Deno.readTextFile(file));
  const { operation, path, outcome, errorId } = lines.find((line) => line.connection === 2) ?? {};
  assert.deepEqual([operation, path, outcome], ["rename", STRANGE, "cancelled"]);
  assert.match(String(errorId), /^[0-9a-f]{8}$/);
});

Deno.test("a large audit log is put aside, so many old ones stay, and no line is lost or cut", async () => {
  await using folder = await makeTempFolder();
  await using logs = await makeTempFolder();
  const file = logs.join("audit");
  // As a kill would leave it.
  await Deno.writeTextFile(file, '{"cut": tru');
  {
    await using server = await auditing(folder, file, [
      "--audit-size",
      "1000",
      "--audit-keep",
      "2",
    ]);
    for (let round = 1; round <= 4; round++) {
      using peer = await RawPeer.greet(server);
      for (let index = 0; index < 10; index++) await done(peer, FrameType.LIST, { path: "" });
      // The next round begins when this one is written.
      await until(() => linesFrom(round, logs) === 10, "the lines");
    }
  }
  const names = [...Deno.readDirSync(logs.path)].map(({ name }) => name).sort();
  assert.deepEqual(names, ["audit", "audit.1", "audit.2"]);
  for (const name of names) {
    for (const { operation } of linesOf(await Deno.readTextFile(logs.join(name)))) {
      assert.equal(operation, "list");
    }
  }
});

Deno.test({
  name: `an audit log on a full disk holds up nobody, is told once, and goes on later${why}`,
  ignore: !isPossible,
  fn: async () => {
    await using folder = await makeTempFolder();
    await using logs = await makeTempFolder();
    const wrapper = [...namespace ?? [], "sh", "-c", FULL_DISK, "sh", logs.path];
    const file = logs.join("audit");
    await using server = await startServerProcess({
      root: folder.path,
      flags: ["--audit-log", file],
      wrapper,
    });
    using peer = await RawPeer.greet(server);
    const list = { path: "" };
    await done(peer, FrameType.LIST, list);
    await server.waitForLog((text) => text.includes("cannot write the audit log"));
    await uploadRaw(peer, "a", BYTES);
    assert.deepEqual(await downloadRaw(peer, "a"), BYTES);
    const inside = ["-t", String(server.pid), "-m", ...(isOwnUser ? ["-U"] : [])];
    await runCommand("nsenter", [...inside, "rm", logs.join("filler")]);
    const again = await server.waitForLog((text) => text.includes("is written again"));
    assert.match(again, /; 0 lines are lost$/);
    const { stdout } = await runCommand("nsenter", [...inside, "cat", file]);
    assert.deepEqual(
      linesOf(stdout).map(({ operation }) => operation),
      ["list", "upload", "download"],
    );
    const told = server.stderr.lines.filter((text) => text.includes("cannot write the audit log"));
    assert.equal(told.length, 1);
  },
});

Deno.test("an audit log that cannot be written is refused at the start", async () => {
  await using folder = await makeTempFolder();
  await assert.rejects(
    auditing(folder, "/dev/null/audit"),
    (error) => /Cannot write the audit log/.test(String(error)),
  );
});

Deno.test("an audit log may lie in the state folder, where no client gets, and beside root", async () => {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  for (const file of [join(root, ".sluice", "audit"), `${root}.audit`]) {
    await using server = await startServerProcess({ root, flags: ["--audit-log", file] });
    using peer = await RawPeer.greet(server);
    await done(peer, FrameType.LIST, { path: "" });
    await until(() => readIfThere(file) !== "", "a line");
  }
});

function auditing(
  folder: TempFolder,
  file: string,
  flags: readonly string[] = [],
): Promise<ServerProcess> {
  return startServerProcess({ root: folder.path, flags: ["--audit-log", file, ...flags] });
}

function linesOf(text: string): Line[] {
  assert.ok(text === "" || text.endsWith("\n"));
  return text.split("\n").filter((line) => line.startsWith('{"time"')).map((line) =>
    JSON.parse(line)
  );
}

function line(expected: Line): Line {
  return {
    path: undefined,
    target: undefined,
    bytes: 0,
    digest: undefined,
    outcome: "done",
    ...expected,
  };
}

/** Lines of one connection in all files of a log. */
function linesFrom(connection: number, logs: TempFolder): number {
  const files = [...Deno.readDirSync(logs.path)].map(({ name }) => logs.join(name));
  const lines = files.flatMap((file) => readIfThere(file).split("\n"));
  return lines.filter((line) => line.includes(`"connection":${connection},`)).length;
}

/** One that is being renamed at this moment is seen at the next look. */
function readIfThere(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
