import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { encodePreface } from "#protocol/preface.ts";
import { ROOT_PATH } from "#protocol/remote_path.ts";
import { TokenStore } from "#server/access/token_store.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { startTestServer, type TestServer } from "../test_server.ts";

function store(place: TestServer): TokenStore {
  return new TokenStore(place.root.join(STATE_FOLDER));
}

const READER = { role: "reader", base: ROOT_PATH, expiresAtMs: undefined } as const;

Deno.test("a server that asks for a token refuses a hello without one, before any work", async () => {
  await using place = await startTestServer({ isTokenRequired: true });
  for (
    const [hello, code] of [
      [{}, "token_required"],
      [{ token: "" }, "token_required"],
      [{ token: "sluice_wrong" }, "token_refused"],
      [{ token: "x".repeat(201) }, "invalid_request"],
      [{ token: { a: 1 } }, "invalid_request"],
    ] as const
  ) {
    using peer = await RawPeer.connect(place);
    await peer.send(encodePreface());
    await peer.sendFrame(FrameType.HELLO, 0, { agent: "raw-peer", ...hello });
    await peer.begin(FrameType.LIST, { path: "" });
    await peer.expectPreface();
    await peer.expectRefusal(code);
  }
  assert.deepEqual(place.server.status().workers, { leased: 0, idle: 0, limit: 64 });
});

Deno.test("a server tells the role in its WELCOME, and lets it do what it may", async () => {
  await using place = await startTestServer({ isTokenRequired: true });
  const token = store(place).create({ ...READER, name: "ann" });
  using peer = await RawPeer.connect(place);
  await peer.send(encodePreface());
  await peer.sendFrame(FrameType.HELLO, 0, { agent: "raw-peer", token });
  await peer.expectPreface();
  const welcome = await peer.expectFrame(FrameType.WELCOME, 0);
  assert.equal(welcome.json?.role, "reader");
  assert.equal((await peer.request(FrameType.LIST, { path: "" })).type, FrameType.RESULT);
});

Deno.test("a request that the role does not allow is refused; those around it are served", async () => {
  await using place = await startTestServer({ isTokenRequired: true });
  await Deno.writeTextFile(place.root.join("a"), "kept");
  const token = store(place).create({ ...READER, name: "ann" });
  using peer = await RawPeer.greet(place, token);
  const before = await peer.begin(FrameType.STAT, { path: "a" });
  const put = await peer.begin(FrameType.PUT, { path: "a", sizeBytes: 1, onConflict: "overwrite" });
  await peer.sendData(put, new Uint8Array(1));
  await peer.sendFrame(FrameType.COMMIT, put, {});
  const behind = await peer.begin(FrameType.STAT, { path: "a" });
  const names = new Map<number, unknown>();
  while (names.size < 3) {
    const { requestId, json } = await peer.nextFrame();
    names.set(requestId, json?.name ?? json?.sizeBytes);
  }
  assert.deepEqual(
    [before, put, behind].map((id) => names.get(id)),
    [4, "permission_denied", 4],
  );
  assert.equal(await Deno.readTextFile(place.root.join("a")), "kept");
});

Deno.test("each role is refused what is above it", async () => {
  await using place = await startTestServer({ isTokenRequired: true });
  const requests = [
    [FrameType.MKDIR, { path: "folder" }, "writer"],
    [FrameType.RENAME, { from: "folder", to: "other" }, "writer"],
    [FrameType.DELETE, { path: "other" }, "writer"],
    [FrameType.TRASH, {}, "writer"],
    [FrameType.MKDIR, { path: "more" }, "writer"],
    [FrameType.DELETE, { path: "more", permanent: true }, "admin"],
    [FrameType.EMPTY_TRASH, {}, "admin"],
  ] as const;
  const roles = ["reader", "writer", "admin"] as const;
  for (const role of roles) {
    const token = store(place).create({ ...READER, role, name: role });
    using peer = await RawPeer.greet(place, token);
    for (const [type, payload, least] of requests) {
      const reply = await peer.request(type, payload);
      const isAllowed = roles.indexOf(role) >= roles.indexOf(least);
      const wanted = isAllowed ? undefined : "permission_denied";
      const isOld = role === "admin" && reply.json?.name === "already_exists";
      assert.equal(isOld ? undefined : reply.json?.name, wanted, `${role}: ${type}`);
    }
  }
});

Deno.test("revoking a token ends its connections, those that work and those that idle", async () => {
  await using place = await startTestServer({ isTokenRequired: true });
  const tokens = store(place);
  using other = await RawPeer.greet(place, tokens.create({ ...READER, name: "bob" }));
  const token = tokens.create({ ...READER, role: "writer", name: "ann" });
  using idle = await RawPeer.greet(place, token);
  using busy = await RawPeer.greet(place, token);
  const put = await busy.begin(FrameType.PUT, { path: "a", sizeBytes: 10 });
  await busy.expectFrame(FrameType.READY, put);
  tokens.revoke("ann");
  await Promise.all([idle.expectRefusal("token_refused"), busy.expectRefusal("token_refused")]);
  assert.equal((await other.request(FrameType.LIST, { path: "" })).type, FrameType.RESULT);
});

Deno.test("a token that expires ends its connections, and the first token those without one", async () => {
  await using place = await startTestServer();
  using open = await RawPeer.greet(place);
  const expiresAtMs = Date.now() + 500;
  const token = store(place).create({ ...READER, name: "ann", expiresAtMs });
  await open.expectRefusal("token_required");
  using peer = await RawPeer.greet(place, token);
  await peer.expectRefusal("token_refused");
});
