import assert from "node:assert/strict";
import { join } from "node:path";
import { FrameType } from "#protocol/frame.ts";
import { type GuardedRoot, makeGuardedRoot } from "#tests/support/guarded_root.ts";
import { countSockets, waitUntilClosed } from "#tests/support/open_descriptors.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { runCommand } from "#tests/support/run_command.ts";
import { startServerProcess } from "#tests/support/server_process.ts";

const METERED = new TextEncoder().encode("metered");
const RACE_MS = 1_500;
// Windows lets only administrators make links, and has no pipes in folders.
const ignore = Deno.build.os === "windows";

Deno.test("a link as the last name is shown and never followed", { ignore }, async () => {
  await using place = await makeGuardedRoot();
  await makeLinks(place);
  await using server = await startServerProcess({ root: place.root });
  using peer = await RawPeer.greet(server);
  for (const path of ["to-file", "to-folder", "dangling", "inside", "absolute"]) {
    const { json } = await peer.request(FrameType.STAT, { path });
    assert.equal(json?.kind, "symlink", path);
    await peer.refused("permission_denied", FrameType.GET, { path });
    await peer.refused("permission_denied", FrameType.LIST, { path });
    const put = { path, sizeBytes: 7 };
    await peer.refused("already_exists", FrameType.PUT, put);
    const overwrite = { ...put, onConflict: "overwrite" };
    await peer.refused("permission_denied", FrameType.PUT, overwrite);
    await peer.refused("already_exists", FrameType.MKDIR, { path });
    await peer.refused("permission_denied", FrameType.MKDIR, { path, parents: true });
    await peer.refused("already_exists", FrameType.RENAME, { from: "file.txt", to: path });
  }
  const renamed = await uploadRaw(peer, "dangling", METERED, { onConflict: "rename" });
  assert.equal(renamed.json?.path, "dangling (1)");
  await place.assertUntouched();
});

Deno.test("a link as a folder on the way is refused in each request", { ignore }, async () => {
  await using place = await makeGuardedRoot();
  await makeLinks(place);
  await using server = await startServerProcess({ root: place.root });
  using peer = await RawPeer.greet(server);
  for (const link of ["to-folder", "absolute", "inside-folder"]) {
    for (const name of ["secret.txt", "sub", "new", "sub/new"]) {
      const path = `${link}/${name}`;
      const requests = [
        [FrameType.LIST, { path }],
        [FrameType.STAT, { path }],
        [FrameType.GET, { path }],
        [FrameType.PUT, { path, sizeBytes: 7 }],
        [FrameType.PUT, { path, sizeBytes: 7, onConflict: "overwrite", makeParents: true }],
        [FrameType.RENAME, { from: path, to: "stolen" }],
        [FrameType.RENAME, { from: "file.txt", to: path }],
        [FrameType.DELETE, { path }],
        [FrameType.DELETE, { path, permanent: true }],
        [FrameType.MKDIR, { path }],
        [FrameType.MKDIR, { path, parents: true }],
      ] as const;
      for (const [type, payload] of requests) {
        await peer.refused("permission_denied", type, payload);
      }
    }
  }
  await place.assertUntouched();
});

Deno.test("DELETE and RENAME of a link act on the link and leave what it points to", {
  ignore,
}, async () => {
  await using place = await makeGuardedRoot();
  await makeLinks(place);
  await using server = await startServerProcess({ root: place.root });
  using peer = await RawPeer.greet(server);
  const move = { from: "to-file", to: "moved" };
  assert.deepEqual((await peer.request(FrameType.RENAME, move)).json, {});
  assert.ok((await Deno.lstat(join(place.root, "moved"))).isSymlink);
  for (const path of ["moved", "to-folder", "dangling"]) {
    const { json } = await peer.request(FrameType.DELETE, { path, permanent: true });
    assert.deepEqual(json, {}, path);
  }
  await place.assertUntouched();
});

Deno.test("a folder with links inside is deleted without what they point to", {
  ignore,
}, async () => {
  await using place = await makeGuardedRoot();
  await Deno.mkdir(join(place.root, "folder"));
  await Deno.symlink(place.canary, join(place.root, "folder", "link"));
  await using server = await startServerProcess({ root: place.root });
  using peer = await RawPeer.greet(server);
  const { json } = await peer.request(FrameType.DELETE, { path: "folder", permanent: true });
  assert.deepEqual(json, {});
  await place.assertUntouched();
});

Deno.test("an upload whose folder becomes a link midway ends without a file", {
  ignore,
}, async () => {
  await using place = await makeGuardedRoot();
  const folder = join(place.root, "folder");
  await Deno.mkdir(folder);
  await using server = await startServerProcess({ root: place.root });
  using peer = await RawPeer.greet(server);
  const ready = await beginUpload(peer, { path: "folder/a", sizeBytes: 7 });
  assert.equal(ready.type, FrameType.READY);
  await Deno.rename(folder, join(place.root, "aside"));
  await Deno.symlink(place.canary, folder);
  await peer.sendData(ready.requestId, METERED);
  await peer.sendFrame(FrameType.COMMIT, ready.requestId, { digest: sha256Of(METERED) });
  assertError(await peer.lastFrame(ready.requestId), "permission_denied");
  await place.assertUntouched();
});

Deno.test("a download whose name becomes a link midway goes on with the file it opened", {
  ignore,
}, async () => {
  await using place = await makeGuardedRoot();
  const bytes = randomBytes(20_000_000);
  const path = join(place.root, "a");
  await Deno.writeFile(path, bytes);
  await using server = await startServerProcess({ root: place.root });
  using peer = await RawPeer.greet(server);
  const requestId = await peer.begin(FrameType.GET, { path: "a", digest: "sha256" });
  await peer.expectFrame(FrameType.READY, requestId);
  await Deno.rename(path, join(place.root, "aside"));
  await Deno.symlink(join(place.canary, "secret.txt"), path);
  const { json } = await peer.lastFrame(requestId);
  assert.equal(json?.digest, sha256Of(bytes));
  await peer.refused("permission_denied", FrameType.GET, { path: "a" });
});

Deno.test("no download shows the canary while its folder turns into a link and back", {
  ignore,
}, async () => {
  await using place = await makeGuardedRoot();
  const [folder, aside] = [join(place.root, "folder"), join(place.root, "aside")];
  await Deno.mkdir(folder);
  await Deno.writeFile(join(folder, "secret.txt"), METERED);
  await Deno.symlink(place.canary, join(place.root, "link"));
  await using server = await startServerProcess({ root: place.root });
  using peer = await RawPeer.greet(server);
  const endMs = performance.now() + RACE_MS;
  const swapping = swapUntil(endMs, folder, aside, join(place.root, "link"));
  const texts = new Set<string>();
  const failures = new Set<unknown>();
  while (performance.now() < endMs) {
    const got = await downloadRaw(peer, "folder/secret.txt");
    if (got instanceof Uint8Array) texts.add(new TextDecoder().decode(got));
    else failures.add(got.json?.name);
  }
  await swapping;
  const expected: readonly unknown[] = ["not_found", "permission_denied"];
  assert.deepEqual([...failures].filter((name) => !expected.includes(name)), []);
  assert.deepEqual([...texts], ["metered"]);
  await place.assertUntouched();
});

Deno.test("a pipe is shown as other and never opened", { ignore }, async () => {
  await using place = await makeGuardedRoot();
  await runCommand("mkfifo", [join(place.root, "pipe")]);
  await using server = await startServerProcess({ root: place.root });
  using peer = await RawPeer.greet(server);
  const sockets = await countSockets(server.pid);
  const path = "pipe";
  assert.equal((await peer.request(FrameType.STAT, { path })).json?.kind, "other");
  await peer.refused("not_a_file", FrameType.GET, { path });
  await peer.refused("not_a_folder", FrameType.LIST, { path });
  const put = { path, sizeBytes: 7, onConflict: "overwrite" };
  await peer.refused("not_a_file", FrameType.PUT, put);
  const deleted = await peer.request(FrameType.DELETE, { path, permanent: true });
  assert.deepEqual(deleted.json, {});
  await waitUntilClosed(server.pid, place.root, sockets);
});

/** Fills root with links of each kind, and a file and a folder that are none. */
async function makeLinks({ root, canary }: GuardedRoot): Promise<void> {
  await Deno.writeFile(join(root, "file.txt"), METERED);
  await Deno.mkdir(join(root, "folder", "sub"), { recursive: true });
  await Deno.writeFile(join(root, "folder", "secret.txt"), METERED);
  await Deno.symlink("../canary/secret.txt", join(root, "to-file"));
  await Deno.symlink("../canary", join(root, "to-folder"));
  await Deno.symlink("../canary/nothing", join(root, "dangling"));
  await Deno.symlink("file.txt", join(root, "inside"));
  await Deno.symlink("folder", join(root, "inside-folder"));
  await Deno.symlink(canary, join(root, "absolute"));
}

/** Turns a folder into a link and back, as fast as it can. */
async function swapUntil(
  endMs: number,
  folder: string,
  aside: string,
  link: string,
): Promise<void> {
  while (performance.now() < endMs) {
    await Deno.rename(folder, aside);
    await Deno.rename(link, folder);
    await Deno.rename(folder, link);
    await Deno.rename(aside, folder);
  }
}
