import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { encodePreface } from "#protocol/preface.ts";
import { done } from "#tests/server/done.ts";
import { makeToken, runTokenCommand } from "#tests/support/make_token.ts";
import { startFleet } from "#tests/support/process_fleet.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload } from "#tests/support/raw_transfer.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { checkStateFolder } from "#tests/support/state_folder.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const COUNT = 2;

Deno.test("access tokens hold in each of two processes", async (t) => {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  await using fleet = await startFleet(root, COUNT, ["--require-token"]);
  const admin = await makeToken(root, "boss", "--role", "admin");
  const writer = await makeToken(root, "ann", "--role", "writer", "--path", "/ann");
  const reader = await makeToken(root, "bob", "--role", "reader");

  await t.step(
    "one that was made while they run works through each, without one none",
    async () => {
      for (let index = 1; index <= COUNT; index++) {
        using peer = await fleet.peerOf(index, reader);
        await done(peer, FrameType.LIST, { path: "" });
        await peer.refused("permission_denied", FrameType.MKDIR, { path: "made" });
      }
      using stranger = await RawPeer.connect(fleet.server);
      await stranger.send(encodePreface());
      await stranger.sendFrame(FrameType.HELLO, 0, { agent: "raw-peer" });
      await stranger.expectPreface();
      await stranger.expectRefusal("token_required");
    },
  );

  await t.step(
    "what others do in another process shows to an admin of everything only",
    async () => {
      using busy = await fleet.peerOf(1, writer);
      await beginUpload(busy, { path: "secret.bin", sizeBytes: 1000 });
      using boss = await fleet.peerOf(2, admin);
      using bob = await fleet.peerOf(2, reader);
      const bobs = await bob.begin(FrameType.WATCH, { intervalMs: 100 });
      const seen = await boss.begin(FrameType.WATCH, { intervalMs: 100 });
      // Once the admin has been told of the upload by the other process, so has whoever watches beside him.
      let text = "";
      while (!text.includes("secret.bin")) {
        text = JSON.stringify((await boss.expectFrame(FrameType.SNAPSHOT, seen)).json);
      }
      assert.match(text, /"path":"ann\/secret\.bin"/);
      for (let count = 0, more = 0; more < 3; count++) {
        assert.ok(count < 100, "the snapshots never list the other process");
        const { json } = await bob.expectFrame(FrameType.SNAPSHOT, bobs);
        const operations = json?.operations;
        assert.ok(Array.isArray(operations));
        const shown = JSON.stringify(operations);
        assert.ok(
          !shown.includes("secret") && !shown.includes("ann") && !shown.includes("127."),
          shown,
        );
        if (operations.length >= 3) more++;
      }
    },
  );

  await t.step("revoking one ends its connections to each", async () => {
    using first = await fleet.peerOf(1, reader);
    using second = await fleet.peerOf(2, reader);
    using boss = await fleet.peerOf(1, admin);
    const { code, stderr } = await runTokenCommand(root, ["revoke", "bob"]);
    assert.equal(code, 0, stderr);
    await first.expectRefusal("token_refused");
    await second.expectRefusal("token_refused");
    await done(boss, FrameType.LIST, { path: "" });
  });

  await checkStateFolder(root, { isAlive: true });
});

Deno.test("servers that share a folder share its tokens", async () => {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  await using one = await startServerProcess({ root, flags: ["--shared", "one"] });
  await using two = await startServerProcess({ root, flags: ["--shared", "two"] });
  const token = await makeToken(root, "ann", "--role", "reader");
  for (const server of [one, two]) {
    using peer = await RawPeer.greet(server, token);
    await done(peer, FrameType.LIST, { path: "" });
    const { code } = await runTokenCommand(root, ["revoke", "nobody"]);
    assert.equal(code, 3);
  }
  using first = await RawPeer.greet(one, token);
  using second = await RawPeer.greet(two, token);
  await runTokenCommand(root, ["revoke", "ann"]);
  await first.expectRefusal("token_refused");
  await second.expectRefusal("token_refused");
});
