import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import { TokenStore } from "#server/access/token_store.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { done } from "../done.ts";
import { stage } from "../stage.ts";
import { startTestServer, type TestServer } from "../test_server.ts";
import { until } from "../until.ts";

const { PUT, DELETE, RESTORE, EMPTY_TRASH, PUBLISH, COMMIT, MKDIR } = FrameType;
const USED_UP = "the access token's quota of 1.0 MB is used up";

Deno.test("a token's quota counts its folder with the trash from it, and nothing outside of it", async () => {
  await using place = await startWithTokens();
  await Deno.writeFile(place.root.join("outside"), new Uint8Array(5_000_000));
  await Deno.writeFile(place.root.join("sub", "before"), new Uint8Array(400_000));
  using peer = await RawPeer.greet(place, tokenFor(place, "ann", "sub"));
  using admin = await RawPeer.greet(place, tokenFor(place, "sue", "", 0));
  await uploadRaw(peer, "a", new Uint8Array(500_000));
  const refused = { path: "b", sizeBytes: 200_000 };
  assert.equal(await peer.refused("quota_exceeded", PUT, refused), `Cannot upload "b": ${USED_UP}`);
  await uploadRaw(admin, "more", new Uint8Array(2_000_000));
  // The trash takes the same disk.
  const { trashId } = await done(peer, DELETE, { path: "before" });
  await peer.refused("quota_exceeded", PUT, refused);
  await done(peer, RESTORE, { id: trashId });
  await done(admin, DELETE, { path: "sub/before" });
  await peer.refused("quota_exceeded", PUT, refused);
  await done(admin, EMPTY_TRASH);
  // What became free counts when the folder is counted again, about a second later for so small a one.
  await until(async () => (await beginUpload(peer, refused)).type === FrameType.READY, "room");
});

Deno.test("a token's quota counts its uploads that are not finished, and stops those that pass it on the way", async () => {
  await using place = await startWithTokens();
  const token = tokenFor(place, "ann", "sub");
  using peer = await RawPeer.greet(place, token);
  using other = await RawPeer.greet(place, token);
  const first = await beginUpload(peer, { path: "a", sizeBytes: 700_000 });
  await beginUpload(other, { path: "b", sizeBytes: 600_000 });
  await peer.sendData(first.requestId, new Uint8Array(500_000));
  await peer.expectFrame(FrameType.ACK, first.requestId);
  await other.sendData(1, new Uint8Array(600_000));
  const stopped = await other.lastFrame(1);
  assert.deepEqual([stopped.json?.name, stopped.json?.message], [
    "quota_exceeded",
    `Cannot upload "b": ${USED_UP}`,
  ]);
  other.close();
  peer.close();
  // Counted anew, with nothing but the one that was not stopped.
  await place.server.stop(0);
  await using again = await startTestServer({ root: place.root.path });
  using third = await RawPeer.greet(again, token);
  await third.refused("quota_exceeded", PUT, { path: "c", sizeBytes: 600_000 });
  assert.equal((await uploadRaw(third, "d", new Uint8Array(9))).json?.outcome, "created");
  using stranger = await RawPeer.greet(again, tokenFor(place, "bob", "sub"));
  assert.equal((await uploadRaw(stranger, "c", new Uint8Array(9))).json?.outcome, "created");
});

Deno.test("small files that are staged count, too", async () => {
  await using place = await startWithTokens();
  using peer = await RawPeer.greet(place, tokenFor(place, "ann", "sub"));
  const files = Array.from(
    { length: 6 },
    (_, index) => ({ path: `${index}`, bytes: new Uint8Array(200_000) }),
  );
  assert.deepEqual(await stage(peer, files), [
    ...Array(5).fill("staged"),
    "quota_exceeded",
  ]);
  await done(peer, PUBLISH);
  await done(peer, MKDIR, { path: "folder" });
  await peer.refused("quota_exceeded", PUT, { path: "x", sizeBytes: 1 });
});

Deno.test("the server's quota holds beside a token's own, and a token without one has only that", async () => {
  await using place = await startWithTokens(2_000_000);
  await Deno.writeFile(place.root.join("outside"), new Uint8Array(1_500_000));
  using ann = await RawPeer.greet(place, tokenFor(place, "ann", "sub"));
  const why = await ann.refused("quota_exceeded", PUT, { path: "a", sizeBytes: 800_000 });
  assert.equal(why, 'Cannot upload "a": the server\'s quota of 2.0 MB is used up');
  const small = new Uint8Array(1_000);
  const ready = await beginUpload(ann, { path: "a", sizeBytes: small.byteLength });
  await ann.sendData(ready.requestId, small);
  await ann.sendFrame(COMMIT, ready.requestId, { digest: sha256Of(small) });
  assert.equal((await ann.lastFrame(ready.requestId)).json?.outcome, "created");
});

Deno.test("globs are about paths from root, also for who is confined to a folder", async () => {
  await using place = await startTestServer({
    isTokenRequired: true,
    limits: { denyNames: ["sub/secret/**"] },
  });
  await Deno.mkdir(place.root.join("sub"));
  using ann = await RawPeer.greet(place, tokenFor(place, "ann", "sub"));
  await done(ann, MKDIR, { path: "secret" });
  await ann.refused("name_refused", PUT, { path: "secret/a", sizeBytes: 1 });
  await done(ann, MKDIR, { path: "sub/secret/a", parents: true });
});

async function startWithTokens(quotaBytes = 0): Promise<TestServer> {
  const place = await startTestServer({ isTokenRequired: true, limits: { quotaBytes } });
  await Deno.mkdir(place.root.join("sub"));
  return place;
}

function tokenFor(place: TestServer, name: string, base: string, quotaBytes = 1_000_000): string {
  return new TokenStore(place.root.join(STATE_FOLDER)).create({
    name,
    role: base === "" ? "admin" : "writer",
    base: parseRemotePath(base),
    expiresAtMs: undefined,
    ...(quotaBytes === 0 ? {} : { quotaBytes }),
  });
}
