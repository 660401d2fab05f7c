import assert from "node:assert/strict";
import { join } from "node:path";
import type { ErrorCode } from "#protocol/error_code.ts";
import { FrameType } from "#protocol/frame.ts";
import { type GuardedRoot, makeGuardedRoot } from "#tests/support/guarded_root.ts";
import { countSockets, waitUntilClosed } from "#tests/support/open_descriptors.ts";
import { ACCEPTED_PATHS, REFUSED_PATHS } from "#tests/support/path_cases.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { downloadRaw, uploadRaw } from "#tests/support/raw_transfer.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { startTestServer } from "#tests/server/test_server.ts";

const encoder = new TextEncoder();
const METERED = encoder.encode("metered");

/** Each request that names a path, with the path in it. */
const REQUESTS: readonly (readonly [string, FrameType, (path: string) => unknown])[] = [
  ["LIST", FrameType.LIST, (path) => ({ path })],
  ["STAT", FrameType.STAT, (path) => ({ path })],
  ["GET", FrameType.GET, (path) => ({ path })],
  ["PUT", FrameType.PUT, (path) => ({ path, sizeBytes: 0 })],
  ["PUT overwrite", FrameType.PUT, (path) => ({ path, sizeBytes: 0, onConflict: "overwrite" })],
  ["PUT makeParents", FrameType.PUT, (path) => ({ path, sizeBytes: 0, makeParents: true })],
  ["RENAME from", FrameType.RENAME, (from) => ({ from, to: "elsewhere" })],
  ["RENAME to", FrameType.RENAME, (to) => ({ from: "victim.txt", to })],
  ["DELETE", FrameType.DELETE, (path) => ({ path })],
  ["DELETE for good", FrameType.DELETE, (path) => ({ path, permanent: true })],
  ["MKDIR", FrameType.MKDIR, (path) => ({ path })],
  ["MKDIR parents", FrameType.MKDIR, (path) => ({ path, parents: true })],
];

Deno.test("each request gets invalid_name for each path that docs/protocol.md §7 refuses", async () => {
  await using place = await makeGuardedRoot();
  await Deno.writeFile(join(place.root, "victim.txt"), METERED);
  await using server = await startTestServer({ root: place.root });
  using peer = await RawPeer.greet(server);
  for (const [name, type, request] of REQUESTS) {
    for (const { text, why } of REFUSED_PATHS) {
      const what = `${name} of ${why}`;
      const message = assertError(await peer.request(type, request(text)), "invalid_name", what);
      assert.ok(!message.includes(place.root), `${what} tells where root is`);
    }
  }
  assert.deepEqual(await visibleNames(place), ["victim.txt"]);
  await place.assertUntouched();
});

Deno.test("each odd but legal name can be uploaded, seen, read, renamed and deleted", {
  // §7: a server on Windows refuses what Windows cannot store.
  ignore: Deno.build.os === "windows",
}, async () => {
  await using place = await makeGuardedRoot();
  await using server = await startTestServer({ root: place.root });
  const byTop = Map.groupBy(ACCEPTED_PATHS, ({ text }) => text.split("/")[0] ?? "");
  byTop.delete("");
  const waiting = [...byTop].entries();
  const worker = async (): Promise<void> => {
    using peer = await RawPeer.greet(server);
    for (const [i, [top, cases]] of waiting) {
      for (const { text, why } of cases) await useName(peer, text, `moved ${i}`, why);
      assert.ok(!(await namesIn(peer, "")).includes(top), top);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  assert.deepEqual(await visibleNames(place), []);
  await place.assertUntouched();
});

Deno.test("names that differ in case or in the form of an accent are different names", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using place = await makeGuardedRoot();
  await using server = await startTestServer({ root: place.root });
  using peer = await RawPeer.greet(server);
  const names = ["a", "A", "\u00e9", "e\u0301"];
  for (const name of names) await uploadRaw(peer, name, encoder.encode(name));
  for (const name of names) assert.deepEqual(await downloadRaw(peer, name), encoder.encode(name));
  assert.deepEqual(await namesIn(peer, ""), ["A", "a", "e\u0301", "\u00e9"]);
});

Deno.test("the state folder is in no list and no request reaches into it", async () => {
  await using place = await makeGuardedRoot();
  await using server = await startTestServer({ root: place.root });
  using peer = await RawPeer.greet(server);
  await uploadRaw(peer, "a", METERED);
  await peer.request(FrameType.DELETE, { path: "a" });
  assert.deepEqual(await namesIn(peer, ""), []);
  assert.ok((await Deno.stat(join(place.root, ".sluice"))).isDirectory);
});

Deno.test("a folder of its own name inside another folder is nothing special", async () => {
  await using place = await makeGuardedRoot();
  await using server = await startTestServer({ root: place.root });
  using peer = await RawPeer.greet(server);
  await uploadRaw(peer, "a/.sluice/b", METERED, { makeParents: true });
  assert.deepEqual(await namesIn(peer, "a"), [".sluice"]);
  const move = { from: "a/.sluice", to: ".sluice" };
  await peer.refused("invalid_name", FrameType.RENAME, move);
});

/** What root and folders answer, with `folder`, `folder/inner`, `foldering` and `file.txt` in root. */
const CASES: readonly (readonly [string, FrameType, unknown, ErrorCode | "fine"])[] = [
  ["DELETE of root", FrameType.DELETE, { path: "" }, "invalid_request"],
  ["DELETE of root for good", FrameType.DELETE, { path: "", permanent: true }, "invalid_request"],
  ["RENAME of root", FrameType.RENAME, { from: "", to: "x" }, "invalid_request"],
  ["RENAME to root", FrameType.RENAME, { from: "folder", to: "" }, "invalid_request"],
  [
    "PUT on root",
    FrameType.PUT,
    { path: "", sizeBytes: 0, onConflict: "overwrite" },
    "is_a_folder",
  ],
  ["GET of root", FrameType.GET, { path: "" }, "is_a_folder"],
  ["MKDIR of root", FrameType.MKDIR, { path: "" }, "already_exists"],
  ["MKDIR of root with parents", FrameType.MKDIR, { path: "", parents: true }, "fine"],
  ["GET of a folder", FrameType.GET, { path: "folder" }, "is_a_folder"],
  ["LIST of a file", FrameType.LIST, { path: "file.txt" }, "not_a_folder"],
  ["STAT below a file", FrameType.STAT, { path: "file.txt/x" }, "not_a_folder"],
  [
    "PUT below a file",
    FrameType.PUT,
    { path: "file.txt/x", sizeBytes: 0, makeParents: true },
    "not_a_folder",
  ],
  ["MKDIR below a file", FrameType.MKDIR, { path: "file.txt/x/y", parents: true }, "not_a_folder"],
  [
    "PUT over a folder",
    FrameType.PUT,
    { path: "folder", sizeBytes: 0, onConflict: "overwrite" },
    "is_a_folder",
  ],
  ["PUT without its folder", FrameType.PUT, { path: "none/x", sizeBytes: 0 }, "not_found"],
  ["MKDIR without its folder", FrameType.MKDIR, { path: "none/x" }, "not_found"],
  ["MKDIR of a folder that is there", FrameType.MKDIR, { path: "folder" }, "already_exists"],
  [
    "MKDIR of a file that is there",
    FrameType.MKDIR,
    { path: "file.txt", parents: true },
    "already_exists",
  ],
  ["RENAME onto a folder", FrameType.RENAME, { from: "file.txt", to: "folder" }, "already_exists"],
  ["RENAME onto a file", FrameType.RENAME, { from: "folder", to: "file.txt" }, "already_exists"],
  ["RENAME onto itself", FrameType.RENAME, { from: "folder", to: "folder" }, "already_exists"],
  ["RENAME into itself", FrameType.RENAME, { from: "folder", to: "folder/x" }, "invalid_request"],
  [
    "RENAME deep into itself",
    FrameType.RENAME,
    { from: "folder", to: "folder/inner/x" },
    "invalid_request",
  ],
  ["RENAME below a file", FrameType.RENAME, { from: "folder", to: "file.txt/x" }, "not_a_folder"],
  ["RENAME of nothing", FrameType.RENAME, { from: "none", to: "x" }, "not_found"],
  [
    "RENAME to a folder that is missing",
    FrameType.RENAME,
    { from: "file.txt", to: "none/x" },
    "not_found",
  ],
  ["DELETE of nothing", FrameType.DELETE, { path: "none" }, "not_found"],
  ["RENAME to a name that begins like it", FrameType.RENAME, {
    from: "folder",
    to: "foldering/folder",
  }, "fine"],
  ["RENAME that changes case only", FrameType.RENAME, { from: "file.txt", to: "FILE.txt" }, "fine"],
];

Deno.test("each request about root, a folder or a file that does not fit gets its own code", async () => {
  await using place = await makeGuardedRoot();
  await using server = await startTestServer({ root: place.root });
  using peer = await RawPeer.greet(server);
  for (const [what, type, payload, expected] of CASES) {
    await Deno.mkdir(join(place.root, "folder", "inner"), { recursive: true });
    await Deno.mkdir(join(place.root, "foldering"), { recursive: true });
    await Deno.writeFile(join(place.root, "file.txt"), METERED);
    const frame = await peer.request(type, payload);
    if (expected === "fine") assert.equal(frame.type, FrameType.RESULT, what);
    else assert.ok(assertError(frame, expected, what).startsWith("Cannot "), what);
  }
  await place.assertUntouched();
});

Deno.test("a page of a list stays within its frame when each name is as long and odd as can be", async () => {
  await using place = await makeGuardedRoot();
  const names = Array.from(
    { length: 2000 },
    (_, i) => `${String(i).padStart(4, "0")}${"\x01".repeat(251)}`,
  );
  await Promise.all(names.map((name) => Deno.writeTextFile(join(place.root, name), "")));
  await using server = await startTestServer({ root: place.root });
  using peer = await RawPeer.greet(server);
  assert.deepEqual(await namesIn(peer, "", 2000), names);
});

Deno.test("a list leaves out names that no request could use", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using place = await makeGuardedRoot();
  for (const name of ["good", "back\\slash", ".SLUICE", "sluice~1"]) {
    await Deno.writeTextFile(join(place.root, name), "");
  }
  await using server = await startTestServer({ root: place.root });
  using peer = await RawPeer.greet(server);
  assert.deepEqual(await namesIn(peer, ""), ["good"]);
});

Deno.test("the server closes what it opened when requests fail", async () => {
  await using place = await makeGuardedRoot();
  await Deno.writeFile(join(place.root, "victim.txt"), METERED);
  await using server = await startServerProcess({ root: place.root });
  using peer = await RawPeer.greet(server);
  await uploadRaw(peer, "a", METERED);
  const sockets = await countSockets(server.pid);
  for (const [, type, request] of REQUESTS) {
    for (const path of ["..", "victim.txt/x", ""]) await peer.request(type, request(path));
  }
  await waitUntilClosed(server.pid, place.root, sockets);
});

/** Takes a name through all that can be done with it, and leaves nothing. */
async function useName(peer: RawPeer, path: string, aside: string, why: string): Promise<void> {
  const names = path.split("/");
  const uploaded = await uploadRaw(peer, path, METERED, { makeParents: true });
  assert.equal(uploaded.json?.path, path, `${why}: ${uploaded.json?.message}`);
  assert.ok((await namesIn(peer, names.slice(0, -1).join("/"))).includes(names.at(-1)), why);
  assert.deepEqual(await downloadRaw(peer, path), METERED, why);
  for (const [from, to] of [[path, aside], [aside, path]]) {
    assert.deepEqual((await peer.request(FrameType.RENAME, { from, to })).json, {}, why);
  }
  const top = { path: names[0], permanent: true };
  assert.deepEqual((await peer.request(FrameType.DELETE, top)).json, {}, why);
}

async function namesIn(peer: RawPeer, path: string, limit = 500): Promise<unknown[]> {
  const names: unknown[] = [];
  for (;;) {
    const after = names.at(-1);
    const request = after === undefined ? { path, limit } : { path, limit, after };
    const { json } = await peer.request(FrameType.LIST, request);
    const entries: readonly { readonly name: unknown }[] = Array.isArray(json?.entries)
      ? json.entries
      : [];
    names.push(...entries.map(({ name }) => name));
    if (json?.hasMore !== true) return names;
  }
}

/** What is in root for people, on the disk itself. */
async function visibleNames(place: GuardedRoot): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(place.root)) if (name !== ".sluice") names.push(name);
  return names.sort();
}
