import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { findMountNamespace } from "#tests/support/mount_namespace.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer, type ReceivedFrame } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, uploadRaw } from "#tests/support/raw_transfer.ts";
import { hasProgram, runCommand } from "#tests/support/run_command.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";

const namespace = await findMountNamespace();
const canMount = namespace !== undefined && await hasProgram("nsenter");
const canDrop = Deno.build.os === "linux" && Deno.uid() === 0 && await hasProgram("setpriv");

const KEPT = randomBytes(300_000);
const TMPFS = 'mount -t tmpfs -o size=16m tmpfs "$1" && shift && exec "$@"';
/** Another disk below root, with a file on it. */
const SECOND_DISK =
  'mkdir -p "$1/other" && mount -t tmpfs -o size=8m tmpfs "$1/other" && echo there > "$1/other/there" && shift && exec "$@"';

function mountTest(
  name: string,
  script: string,
  run: (server: ServerProcess, folder: TempFolder) => Promise<void>,
): void {
  Deno.test({
    name: name + (canMount ? "" : " (skipped: this system lets us mount no disk)"),
    ignore: !canMount,
    fn: async () => {
      await using folder = await makeTempFolder();
      const wrapper = [...namespace ?? [], "sh", "-c", script, "sh", folder.path];
      await using server = await startServerProcess({ root: folder.path, wrapper });
      await run(server, folder);
      assertNoFault(server);
    },
  });
}

mountTest(
  "a disk that becomes read-only serves on, refuses changes with permission_denied, and takes them again",
  TMPFS,
  async (server, folder) => {
    using peer = await RawPeer.greet(server);
    assertDone(await uploadRaw(peer, "kept", KEPT));
    using half = await RawPeer.greet(server);
    const begun = await beginUpload(half, { path: "half", sizeBytes: 10, resume: true });
    await remount(server, folder, "ro");
    // Each needs a worker, most of them one that starts now.
    const others = await Promise.all(Array.from({ length: 5 }, () => RawPeer.greet(server)));
    for (const other of others) assert.deepEqual(await downloadRaw(other, "kept"), KEPT);
    for (const other of others) other.close();
    assertDone(await peer.request(FrameType.LIST, { path: "" }));
    assertDone(await peer.request(FrameType.CHECKSUM, { path: "kept" }));
    const changes = [
      await uploadRaw(peer, "more", KEPT),
      await uploadRaw(peer, "kept", randomBytes(10), { onConflict: "overwrite" }),
      await peer.request(FrameType.RENAME, { from: "kept", to: "moved" }),
      await peer.request(FrameType.DELETE, { path: "kept" }),
      await peer.request(FrameType.DELETE, { path: "kept", permanent: true }),
      await peer.request(FrameType.MKDIR, { path: "folder" }),
    ];
    for (const change of changes) assertError(change, "permission_denied");
    assertDone(await peer.request(FrameType.HISTORY, {}));
    assertDone(await peer.request(FrameType.TRASH, {}));
    await half.sendFrame(FrameType.ABORT, begun.requestId, { keep: false });
    await half.lastFrame(begun.requestId);
    await remount(server, folder, "rw");
    assert.deepEqual(await downloadRaw(peer, "kept"), KEPT);
    assertDone(await uploadRaw(peer, "more", KEPT));
    assertDone(await peer.request(FrameType.DELETE, { path: "more" }));
  },
);

mountTest(
  "what would cross to another disk is refused or done whole, and nothing is lost",
  SECOND_DISK,
  async (server) => {
    using peer = await RawPeer.greet(server);
    assertDone(await uploadRaw(peer, "kept", KEPT));
    const there = new TextEncoder().encode("there\n");
    assert.deepEqual(await downloadRaw(peer, "other/there"), there);
    const attempts = [
      await uploadRaw(peer, "other/new", KEPT),
      await uploadRaw(peer, "other/there", KEPT, { onConflict: "overwrite" }),
      await peer.request(FrameType.RENAME, { from: "kept", to: "other/kept" }),
      await peer.request(FrameType.RENAME, { from: "other/there", to: "there" }),
      await peer.request(FrameType.DELETE, { path: "other/there" }),
    ];
    for (const attempt of attempts) assertError(attempt, "permission_denied");
    assert.deepEqual(await downloadRaw(peer, "kept"), KEPT);
    assert.deepEqual(await downloadRaw(peer, "other/there"), there);
    const { json } = await peer.request(FrameType.TRASH, {});
    assert.deepEqual(json?.entries, [], "the trash holds what never came");
  },
);

Deno.test({
  name: "a folder that the server may not read is refused with permission_denied, and others go on",
  ignore: !canDrop,
  fn: async () => {
    await using folder = await makeTempFolder();
    for (const name of ["closed", "open"]) {
      await Deno.mkdir(folder.join(name));
      await Deno.writeFile(folder.join(name, "file"), KEPT);
    }
    for (const path of ["closed", "open/file"]) await Deno.chmod(folder.join(path), 0);
    // Root without these is stopped by what stops others, and still finds Deno's files.
    const none = "-dac_override,-dac_read_search";
    const wrapper = ["setpriv", `--bounding-set=${none}`, `--inh-caps=${none}`];
    await using server = await startServerProcess({ root: folder.path, wrapper });
    using peer = await RawPeer.greet(server);
    for (
      const [type, payload] of [
        [FrameType.LIST, { path: "closed" }],
        [FrameType.STAT, { path: "closed/file" }],
        [FrameType.GET, { path: "closed/file" }],
        [FrameType.GET, { path: "open/file" }],
        [FrameType.CHECKSUM, { path: "open/file" }],
        [FrameType.DELETE, { path: "closed/file" }],
        [FrameType.MKDIR, { path: "closed/new" }],
        [FrameType.RENAME, { from: "open/file", to: "closed/file" }],
      ] as const
    ) {
      await peer.refused("permission_denied", type, payload);
    }
    // What is asked of a whole tree leaves them out (docs/protocol.md §6.12).
    assertDone(await peer.request(FrameType.FIND, { path: "" }));
    assertDone(await peer.request(FrameType.ARCHIVE, { path: "", format: "tar" }));
    assertDone(await uploadRaw(peer, "open/new", KEPT));
    assert.deepEqual(await downloadRaw(peer, "open/new"), KEPT);
    assertNoFault(server);
  },
});

/** Mounts the disk anew, read-only or not, in the server's own view. */
async function remount(server: ServerProcess, folder: TempFolder, how: string): Promise<void> {
  const user = namespace?.includes("-rm") ? ["-U", "--preserve-credentials"] : [];
  const inside = ["-t", `${server.pid}`, ...user, "-m"];
  // A file that is open for writing keeps a disk from becoming read-only, but not another view of it,
  // which is made elsewhere: workers would open files in it.
  const script = how === "ro"
    ? 'mkdir "$1.ro" && mount --bind "$1" "$1.ro" && mount -o remount,bind,ro "$1.ro" && ' +
      'mount --move "$1.ro" "$1" && rmdir "$1.ro"'
    : 'mount -o remount,bind,rw "$1"';
  const { code, stderr } = await runCommand("nsenter", [
    ...inside,
    "sh",
    "-c",
    script,
    "sh",
    folder.path,
  ]);
  assert.equal(code, 0, stderr);
}

function assertDone(frame: ReceivedFrame): void {
  assert.equal(frame.type, FrameType.RESULT, JSON.stringify(frame.json));
}

function assertNoFault(server: ServerProcess): void {
  assert.ok(!/fault|internal|rror:/.test(server.stderr.text), server.stderr.text);
}
