import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { RawPeer, type ReceivedFrame } from "#tests/support/raw_peer.ts";
import { uploadRaw } from "#tests/support/raw_transfer.ts";
import { runCommand } from "#tests/support/run_command.ts";
import { startTestServer } from "#tests/server/test_server.ts";

const ignore = Deno.build.os !== "linux";

Deno.test(
  "names on the disk that are no UTF-8 harm no request about their folder",
  { ignore },
  async () => {
    await using place = await startTestServer();
    const script = 'mkdir "$1/f" && cd "$1/f" && printf x > "$(printf "bad\\377name")" && ' +
      'mkdir "$(printf "dir\\376")" && printf y > "$(printf "dir\\376/in")" && printf z > good';
    assert.equal((await runCommand("sh", ["-c", script, "sh", place.root.path])).code, 0);
    using peer = await RawPeer.greet(place);
    const listed = assertDone(await peer.request(FrameType.LIST, { path: "f" }));
    assert.ok(JSON.stringify(listed.json).includes('"good"'));
    assertDone(await peer.request(FrameType.FIND, { path: "" }));
    assertDone(await peer.request(FrameType.ARCHIVE, { path: "f", format: "zip" }));
    assertDone(await peer.request(FrameType.ARCHIVE, { path: "f", format: "tar" }));
    assertDone(await peer.request(FrameType.RENAME, { from: "f", to: "g" }));
    assertDone(await peer.request(FrameType.DELETE, { path: "g" }));
    const { json } = await peer.request(FrameType.EMPTY_TRASH, {});
    assert.equal(json?.removed, 1);
  },
);

Deno.test("devices and sockets are shown as other and never opened", { ignore }, async () => {
  await using place = await startTestServer();
  const bind = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])";
  const made = new Map([
    ["socket", await runCommand("python3", ["-c", bind, place.root.join("socket")])],
    // Only root may make one.
    ["device", await runCommand("mknod", [place.root.join("device"), "c", "1", "5"])],
  ]);
  using peer = await RawPeer.greet(place);
  for (const [path, { code }] of made) {
    if (code !== 0) continue;
    assert.equal((await peer.request(FrameType.STAT, { path })).json?.kind, "other");
    await peer.refused("not_a_file", FrameType.GET, { path });
    await peer.refused("not_a_file", FrameType.CHECKSUM, { path });
    const over = await uploadRaw(peer, path, new Uint8Array(3), { onConflict: "overwrite" });
    assert.equal(over.type, FrameType.ERROR, `an upload replaced the ${path}`);
    assertDone(await peer.request(FrameType.DELETE, { path }));
  }
});

function assertDone(frame: ReceivedFrame): ReceivedFrame {
  assert.equal(frame.type, FrameType.RESULT, JSON.stringify(frame.json));
  return frame;
}
