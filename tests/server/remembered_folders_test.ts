import assert from "node:assert/strict";
import { encodeControl, FrameType } from "#protocol/frame.ts";
import { concatBytes } from "#tests/support/random_bytes.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { downloadRaw } from "#tests/support/raw_transfer.ts";
import { startTestServer, type TestServer } from "./test_server.ts";

const { GET, RENAME } = FrameType;

Deno.test("GET refuses a folder that a rename in the same write has turned into a link", async () => {
  await using place = await startTestServer();
  await makeFolders(place);
  await Deno.symlink(place.root.join("other"), place.root.join("link"));
  using peer = await RawPeer.greet(place);
  await peer.send(concatBytes([
    encodeControl(GET, 1, { path: "folder/file" }),
    encodeControl(RENAME, 2, { from: "folder", to: "was-folder" }),
    encodeControl(RENAME, 3, { from: "link", to: "folder" }),
    encodeControl(GET, 4, { path: "folder/file" }),
  ]));
  assert.equal((await peer.lastFrame(1)).type, FrameType.RESULT);
  assert.equal((await peer.lastFrame(3)).type, FrameType.RESULT);
  assert.equal((await peer.lastFrame(4)).json?.name, "permission_denied");
});

Deno.test("GET refuses a folder that another program has turned into a link since the last one", async () => {
  await using place = await startTestServer();
  await makeFolders(place);
  using peer = await RawPeer.greet(place);
  const bytes = await downloadRaw(peer, "folder/file");
  assert.deepEqual(bytes, new TextEncoder().encode("folder"));
  await Deno.rename(place.root.join("folder"), place.root.join("was-folder"));
  await Deno.symlink(place.root.join("other"), place.root.join("folder"));
  const id = await peer.begin(GET, { path: "folder/file" });
  assert.equal((await peer.lastFrame(id)).json?.name, "permission_denied");
});

async function makeFolders(place: TestServer): Promise<void> {
  for (const name of ["folder", "other"]) {
    await Deno.mkdir(place.root.join(name));
    await Deno.writeTextFile(place.root.join(name, "file"), name);
  }
}
