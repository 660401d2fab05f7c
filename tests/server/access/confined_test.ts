import assert from "node:assert/strict";
import fc from "fast-check";
import { FrameType } from "#protocol/frame.ts";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import type { AccessRole } from "#protocol/access_role.ts";
import { SluiceClient } from "#client/mod.ts";
import { TokenStore } from "#server/access/token_store.ts";
import { RawPeer, type ReceivedFrame } from "#tests/support/raw_peer.ts";
import { startTestServer, type TestServer } from "../test_server.ts";
import { until } from "../until.ts";

/** Words that stand outside of the folder, in names and in files: none may ever be told. */
const OUTSIDE = /outer-folder|canary|closed/;
const BASE = "outer-folder/sub";

async function startConfined(): Promise<TestServer> {
  const place = await startTestServer({ isTokenRequired: true });
  await Deno.mkdir(place.root.join("outer-folder", "sub", "deep"), { recursive: true });
  await Deno.mkdir(place.root.join("outer-folder", "sub-canary"));
  await Deno.writeTextFile(place.root.join("outer-folder", "sub-canary", "canary"), "canary");
  await Deno.writeTextFile(place.root.join("outer-folder", "canary"), "canary");
  await Deno.writeTextFile(place.root.join("canary"), "canary");
  await Deno.writeTextFile(place.root.join("outer-folder", "sub", "a"), "inside");
  await Deno.writeTextFile(place.root.join("outer-folder", "sub", "deep", "b"), "inside");
  return place;
}

function makeToken(place: TestServer, name: string, role: AccessRole, base = BASE): string {
  const store = new TokenStore(place.root.join(STATE_FOLDER));
  return store.create({ name, role, base: parseRemotePath(base), expiresAtMs: undefined });
}

function clientWith(place: TestServer, token: string): SluiceClient {
  const { hostname, port } = place;
  return new SluiceClient({ server: { hostname, port }, token });
}

/** All that lies outside of the folder, with its content. */
function outsideOf(place: TestServer): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (folder: string): void => {
    for (const { name, isDirectory } of Deno.readDirSync(place.root.join(folder))) {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (path === BASE || path === STATE_FOLDER) continue;
      if (isDirectory) walk(path);
      else found[path] = Deno.readTextFileSync(place.root.join(path));
    }
  };
  walk("");
  return found;
}

const name = fc.constantFrom(
  "a",
  "b",
  "deep",
  "new",
  "sub",
  "outer",
  "..",
  ".",
  "",
  "..\\",
  ".sluice",
  "%2e%2e",
  "sub-",
);
const path = fc.array(name, { maxLength: 4 }).map((names) => names.join("/"));
const request = fc.oneof(
  fc.tuple(fc.constant(FrameType.LIST), fc.record({ path })),
  fc.tuple(fc.constant(FrameType.STAT), fc.record({ path })),
  fc.tuple(fc.constant(FrameType.GET), fc.record({ path })),
  fc.tuple(fc.constant(FrameType.FIND), fc.record({ path, pattern: fc.constantFrom("*", "c") })),
  fc.tuple(fc.constant(FrameType.CHECKSUM), fc.record({ path })),
  fc.tuple(fc.constant(FrameType.MKDIR), fc.record({ path, parents: fc.boolean() })),
  fc.tuple(fc.constant(FrameType.RENAME), fc.record({ from: path, to: path })),
  fc.tuple(fc.constant(FrameType.DELETE), fc.record({ path, permanent: fc.boolean() })),
  fc.tuple(fc.constant(FrameType.ARCHIVE), fc.record({ path, format: fc.constant("tar") })),
  fc.tuple(fc.constant(FrameType.TRASH), fc.constant({})),
  fc.tuple(fc.constant(FrameType.EMPTY_TRASH), fc.constant({})),
  fc.tuple(fc.constant(FrameType.HISTORY), fc.constant({})),
);

Deno.test("a confined token reaches nothing outside of its folder, and is told no name of it", async () => {
  await using place = await startConfined();
  const before = outsideOf(place);
  // Something for the trash and the history to keep to themselves.
  await using whole = clientWith(place, makeToken(place, "root", "admin", ""));
  await whole.mkdir("outer-folder/closed");
  await whole.delete("outer-folder/closed");
  using peer = await RawPeer.greet(place, makeToken(place, "ann", "admin"));
  const told = async (type: FrameType, payload: unknown): Promise<string> => {
    const requestId = await peer.begin(type, payload);
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const frame: ReceivedFrame = await peer.nextFrame();
      text += decoder.decode(frame.payload);
      const isLast = frame.type === FrameType.RESULT || frame.type === FrameType.ERROR;
      assert.equal(frame.requestId, requestId, text);
      if (isLast) return text;
    }
  };
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 12 }), async (requests) => {
      for (const [type, payload] of requests) {
        const text = await told(type, payload);
        assert.ok(!OUTSIDE.test(text), `${type} ${JSON.stringify(payload)}: ${text}`);
      }
    }),
    { numRuns: 60 },
  );
  assert.deepEqual(outsideOf(place), before);
  const trash = await Array.fromAsync(whole.trash());
  assert.ok(trash.some(({ path }) => path === "outer-folder/closed"), "others' trash is kept");
});

Deno.test("a confined client works as in a root of its own", async () => {
  await using place = await startConfined();
  await using whole = clientWith(place, makeToken(place, "root", "admin", ""));
  await using client = clientWith(place, makeToken(place, "ann", "writer"));
  const names = async (folder: string): Promise<string[]> =>
    (await Array.fromAsync(client.list(folder))).map(({ name }) => name);
  assert.deepEqual(await names(""), ["a", "deep"]);
  assert.equal((await client.stat("deep/b")).path, "deep/b");
  const found = await Array.fromAsync(client.find("", { pattern: "b" }));
  assert.deepEqual(found.map(({ path }) => path), ["deep/b"]);
  await Deno.mkdir(place.root.join("local"));
  await Deno.writeTextFile(place.root.join("local", "up"), "up");
  await client.upload(place.root.join("local", "up"), "new/up");
  assert.equal(await Deno.readTextFile(place.root.join(BASE, "new", "up")), "up");
  await client.rename("new/up", "moved");
  const { trashId = "" } = await client.delete("moved");
  assert.deepEqual((await Array.fromAsync(client.trash())).map(({ path }) => path), ["moved"]);
  const all = await Array.fromAsync(whole.trash());
  assert.deepEqual(all.map(({ path }) => path), [`${BASE}/moved`]);
  assert.deepEqual(await client.restore(trashId), { outcome: "created", path: "moved" });
  assert.deepEqual(await names(""), ["a", "deep", "moved", "new"]);
  const { trashId: closed = "" } = await whole.delete("canary");
  await assert.rejects(client.restore(closed), { code: "not_found" });
  const files = Array.from({ length: 20 }, (_, number) => ({
    localPath: place.root.join("local", `${number}`),
    remotePath: `many/${number}`,
    sizeBytes: 1,
  }));
  for (const { localPath } of files) await Deno.writeTextFile(localPath, "x");
  const failed: unknown[] = [];
  await client.uploadAll(files, {
    onEnd: (_, end) => void (end.kind === "failed" && failed.push(end)),
  });
  assert.deepEqual(failed, []);
  assert.equal([...Deno.readDirSync(place.root.join(BASE, "many"))].length, 20);
  await assert.rejects(client.list("../outer-folder")[Symbol.asyncIterator]().next(), {
    code: "invalid_name",
  });
});

Deno.test("each token has its own history; an admin has that of all, in a folder what happened there", async () => {
  await using place = await startConfined();
  const tokens = {
    root: makeToken(place, "root", "admin", ""),
    ann: makeToken(place, "ann", "writer", ""),
    bob: makeToken(place, "bob", "writer"),
    sue: makeToken(place, "sue", "admin"),
  };
  const history = async (token: string): Promise<string[]> => {
    await using client = clientWith(place, token);
    const records = await Array.fromAsync(client.history());
    return records.map(({ path, target, token }) =>
      [token, path, target].filter(Boolean).join(" ")
    );
  };
  {
    await using ann = clientWith(place, tokens.ann);
    await ann.mkdir("ann-folder");
    await ann.rename(`${BASE}/a`, "taken");
    await using bob = clientWith(place, tokens.bob);
    await bob.mkdir("bob-folder");
  }
  const all = ["bob outer-folder/sub/bob-folder", "ann outer-folder/sub/a taken", "ann ann-folder"];
  await until(async () => (await history(tokens.root)).length === 3, "the records");
  assert.deepEqual(new Set(await history(tokens.root)), new Set(all));
  assert.deepEqual(new Set(await history(tokens.ann)), new Set(all.slice(1)));
  assert.deepEqual(await history(tokens.bob), ["bob bob-folder"]);
  assert.deepEqual(new Set(await history(tokens.sue)), new Set(["bob bob-folder", "ann a"]));
});

Deno.test("an upload belongs to its token: no other one resumes, ends or learns of it", async () => {
  await using place = await startTestServer({ isTokenRequired: true });
  const [ann, bob] = ["ann", "bob"].map((name) => makeToken(place, name, "writer", ""));
  const put = { path: "file", sizeBytes: 10, resume: true };
  using first = await RawPeer.greet(place, ann);
  const begun = await first.begin(FrameType.PUT, put);
  const session = (await first.expectFrame(FrameType.READY, begun)).json?.session;
  await first.sendData(begun, new Uint8Array(4));
  await first.expectFrame(FrameType.ACK, begun);
  using other = await RawPeer.greet(place, bob);
  await other.refused("session_not_found", FrameType.PUT, { ...put, session });
  const fresh = await other.begin(FrameType.PUT, put);
  assert.equal((await other.expectFrame(FrameType.READY, fresh)).json?.offsetBytes, 0);
  await first.sendFrame(FrameType.ABORT, begun, { keep: true });
  await first.lastFrame(begun);
  using again = await RawPeer.greet(place, ann);
  const resumed = await again.begin(FrameType.PUT, { ...put, session });
  assert.equal((await again.expectFrame(FrameType.READY, resumed)).json?.offsetBytes, 4);
});

Deno.test("a confined token finds no way through a link that stands for its folder", async () => {
  await using place = await startTestServer({ isTokenRequired: true });
  await Deno.mkdir(place.root.join("closed"));
  await Deno.writeTextFile(place.root.join("closed", "canary"), "canary");
  await Deno.symlink(place.root.join("closed"), place.root.join("link"));
  using peer = await RawPeer.greet(place, makeToken(place, "ann", "admin", "link"));
  for (const type of [FrameType.LIST, FrameType.FIND, FrameType.STAT]) {
    await peer.refused("permission_denied", type, { path: "" });
  }
  await peer.refused("permission_denied", FrameType.GET, { path: "canary" });
  await peer.refused("permission_denied", FrameType.MKDIR, { path: "x", parents: true });
});
