import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { findMountNamespace } from "#tests/support/mount_namespace.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer, type ReceivedFrame } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, uploadRaw } from "#tests/support/raw_transfer.ts";
import { hasProgram, runCommand } from "#tests/support/run_command.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const namespace = await findMountNamespace();
const isPossible = namespace !== undefined && await hasProgram("nsenter");
const why = isPossible ? "" : " (skipped: this system lets us mount no small disk)";

/** Mounts a disk of 8 MiB over root, which only the server sees, and becomes the server. */
const MOUNT = 'mount -t tmpfs -o size=8m tmpfs "$1" && shift && exec "$@"';
const KEPT = randomBytes(2_000_000);

function diskTest(name: string, run: (server: ServerProcess) => Promise<void>): void {
  Deno.test({
    name: name + why,
    ignore: !isPossible,
    fn: async () => {
      await using folder = await makeTempFolder();
      const wrapper = [...namespace ?? [], "sh", "-c", MOUNT, "sh", folder.path];
      await using server = await startServerProcess({ root: folder.path, wrapper });
      await run(server);
    },
  });
}

diskTest(
  "an upload that fills the disk gets disk_full and gives its space back",
  async (server) => {
    using peer = await RawPeer.greet(server);
    using other = await RawPeer.greet(server);
    assertDone(await uploadRaw(peer, "kept", KEPT));
    for (let round = 0; round < 3; round++) {
      assertError(await uploadUntilFull(peer, 20_000_000), "disk_full");
      assert.deepEqual(await downloadRaw(other, "kept"), KEPT);
      const fits = randomBytes(4_000_000, round + 1);
      assertDone(await uploadRaw(other, "fits", fits, { onConflict: "overwrite" }));
      assert.deepEqual(await downloadRaw(other, "fits"), fits);
      assertDone(await other.request(FrameType.DELETE, { path: "fits", permanent: true }));
    }
  },
);

diskTest(
  "of two uploads that do not both fit, one gets disk_full and the other may win",
  async (server) => {
    const peers = await Promise.all([RawPeer.greet(server), RawPeer.greet(server)]);
    try {
      const bytes = randomBytes(5_000_000);
      const replies = await Promise.all(
        peers.map((peer, i) => uploadRaw(peer, `file ${i}`, bytes)),
      );
      const failed = replies.filter(({ type }) => type === FrameType.ERROR);
      assert.ok(failed.length > 0);
      for (const reply of failed) assertError(reply, "disk_full");
      const [first] = peers;
      assert.ok(first !== undefined);
      assertDone(await uploadRaw(first, "small", randomBytes(1000)));
    } finally {
      for (const peer of peers) peer.close();
    }
  },
);

diskTest(
  "a disk that is full to the last byte serves, refuses clearly and can be freed",
  async (server) => {
    using peer = await RawPeer.greet(server);
    assertDone(await uploadRaw(peer, "kept", KEPT));
    assertDone(await uploadRaw(peer, "victim", randomBytes(100_000)));
    await fillDisk(server);
    assert.deepEqual(await downloadRaw(peer, "kept"), KEPT);
    assertDone(await peer.request(FrameType.LIST, { path: "" }));
    assertError(await uploadRaw(peer, "more", randomBytes(100_000)), "disk_full");
    assertDone(await peer.request(FrameType.RENAME, { from: "victim", to: "renamed" }));
    const trashed = await peer.request(FrameType.DELETE, { path: "renamed" });
    if (trashed.type === FrameType.ERROR) {
      assertError(trashed, "disk_full");
      assertDone(await peer.request(FrameType.DELETE, { path: "renamed", permanent: true }));
    }
    assertDone(await peer.request(FrameType.DELETE, { path: "filler", permanent: true }));
    assertDone(await uploadRaw(peer, "more", randomBytes(100_000)));
  },
);

/** Sends DATA until the server answers; the reply may come at any chunk. */
async function uploadUntilFull(peer: RawPeer, sizeBytes: number): Promise<ReceivedFrame> {
  const { requestId } = await beginUpload(peer, { path: "too large", sizeBytes });
  const piece = randomBytes(1_000_000);
  for (let sent = 0; sent < sizeBytes; sent += piece.byteLength) {
    await peer.sendData(requestId, piece);
  }
  await peer.sendFrame(FrameType.COMMIT, requestId, { digest: "sha256:00" });
  return await peer.lastFrame(requestId);
}

/** Another program of the server's machine takes all that is left. */
async function fillDisk(server: ServerProcess): Promise<void> {
  const line = server.stdout.lines.find((text) => text.includes("serving ")) ?? "";
  const filler = `${line.slice(line.indexOf("serving ") + "serving ".length)}/filler`;
  const fill = 'cat /dev/zero > "$1"; test -s "$1"';
  const user = namespace?.includes("-rm") ? ["-U", "--preserve-credentials"] : [];
  const inside = ["-t", `${server.pid}`, ...user, "-m", "sh", "-c", fill, "sh", filler];
  assert.equal((await runCommand("nsenter", inside)).code, 0);
}

function assertDone(frame: ReceivedFrame): void {
  assert.equal(frame.type, FrameType.RESULT, JSON.stringify(frame.json));
}
