import assert from "node:assert/strict";
import { join } from "node:path";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import { TokenStore } from "#server/access/token_store.ts";
import { startTestServer } from "#tests/server/test_server.ts";
import { FrameType } from "#protocol/frame.ts";
import { type FakePeer, FakeServer } from "#tests/client/fake_server.ts";
import { fileDigest, writeRandomFile } from "#tests/support/random_file.ts";
import { freeLowPort, startServerOn } from "#tests/support/server_on_port.ts";
import { makeSnapshot } from "#tests/support/snapshots.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { EffectLog, makeEffectsPlace } from "./effects_place.ts";

const BIG = 12 * 1024 * 1024;

Deno.test("the link says that the server is there, and sends snapshots", async () => {
  await using place = await makeEffectsPlace();
  const { log } = place;
  log.runner.start();
  const { snapshot } = await log.next("snapshot");
  assert.equal(snapshot.connections.open, 1);
  const links = log.messages.flatMap((body) => body.kind === "linkChanged" ? body.link : []);
  assert.deepEqual(links.map(({ state }) => state), ["connecting", "online"]);
  await log.runner.close();
  const count = log.messages.length;
  log.runner.run({ kind: "loadTrash" });
  log.runner.start();
  await log.runner.close();
  assert.equal(log.messages.length, count);
});

Deno.test("the link waits longer and longer for a server, and tries at once when told", async () => {
  await using folder = await makeTempFolder();
  const port = freeLowPort();
  await using log = new EffectLog({ hostname: "127.0.0.1", port });
  log.runner.start();
  const offline = async (attempts: number): Promise<{ reason: string; retryAtMs: number }> => {
    const { link } = await log.next("linkChanged", ({ link }) => {
      return link.state === "offline" && link.attempts === attempts;
    });
    assert.ok(link.state === "offline");
    return link;
  };
  const { reason, retryAtMs } = await offline(1);
  assert.match(reason, /^Cannot reach .*connection refused/);
  assert.ok(retryAtMs - Date.now() <= 500, `${retryAtMs - Date.now()} ms`);
  for (let attempts = 2; attempts <= 5; attempts++) {
    await offline(attempts - 1);
    log.runner.run({ kind: "reconnect" });
    await offline(attempts);
  }
  // From one to the next it waits 4 s longer; what passed between them comes on top.
  const [fourth, fifth] = [await offline(4), await offline(5)];
  const longer = fifth.retryAtMs - fourth.retryAtMs;
  assert.ok(longer >= 4000, `${longer} ms`);
  assert.ok(fifth.retryAtMs - Date.now() <= 8000);
  await using _server = await startServerOn(port, folder.path);
  log.runner.run({ kind: "reconnect" });
  await log.next("linkChanged", ({ link }) => link.state === "online");
});

Deno.test("a link whose token is refused tries again after a minute, or when told", async () => {
  await using place = await makeEffectsPlace({ isTokenRequired: true });
  const { log } = place;
  const startedAtMs = Date.now();
  log.runner.start();
  await log.next("tokenAsked");
  log.runner.run({ kind: "giveToken", token: undefined });
  const { link } = await log.next("linkChanged", ({ link }) => link.state === "offline");
  assert.ok(link.state === "offline");
  assert.match(link.reason, /asks for an access token/);
  assert.ok(link.retryAtMs - startedAtMs >= 60_000, `${link.retryAtMs - startedAtMs} ms`);
  await log.answer({ kind: "reconnect" }, "tokenAsked");
});

Deno.test("a link whose token is refused connects at once when another call gets one", async () => {
  await using folder = await makeTempFolder();
  await Deno.mkdir(folder.join(STATE_FOLDER), { mode: 0o700 });
  const store = new TokenStore(folder.join(STATE_FOLDER));
  const base = parseRemotePath("");
  const token = store.create({ name: "ann", role: "reader", base, expiresAtMs: undefined });
  await using place = await startTestServer({ root: folder.path });
  const answers = [undefined, token];
  await using log = new EffectLog(place, () => Promise.resolve(answers.shift()));
  log.runner.start();
  await log.next("linkChanged", ({ link }) => link.state === "offline");
  const from = log.messages.length;
  log.runner.run({ kind: "loadTrash" });
  // It says so only when it does not wait to the end.
  await log.next("linkChanged", ({ link }) => link.state === "connecting", from);
  await log.next("linkChanged", ({ link }) => link.state === "online", from);
});

Deno.test("a call under way is not given up because the link was lost and came back", async () => {
  const isAsked = Promise.withResolvers<void>();
  const mayAnswer = Promise.withResolvers<void>();
  const watch = async (peer: FakePeer, id: number): Promise<void> => {
    await peer.send(FrameType.SNAPSHOT, id, makeSnapshot());
    await isAsked.promise;
    peer.close();
  };
  let watches = 0;
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const { type, id } = await peer.next();
    if (type === FrameType.RENAME) {
      isAsked.resolve();
      await mayAnswer.promise;
      return await peer.send(FrameType.RESULT, id, {});
    }
    if (watches++ === 0) return await watch(peer, id);
    await peer.send(FrameType.SNAPSHOT, id, makeSnapshot());
    await peer.untilClosed();
  });
  await using log = new EffectLog(server.address);
  log.runner.start();
  await log.next("snapshot");
  const from = log.messages.length;
  log.runner.run({ kind: "rename", side: "server", folder: "", from: "a", to: "b" });
  await log.next("linkChanged", ({ link }) => link.state === "offline", from);
  log.runner.run({ kind: "reconnect" });
  await log.next("linkChanged", ({ link }) => link.state === "online", from);
  mayAnswer.resolve();
  const { isFailure, text } = await log.next("operationEnded");
  assert.deepEqual([isFailure, text], [false, 'Renamed "a" to "b"']);
});

Deno.test("transfers survive a server that is killed and comes back, and begin without one", async () => {
  await using folder = await makeTempFolder();
  await Deno.mkdir(folder.join("root", "tree"), { recursive: true });
  await writeRandomFile(folder.join("root", "down"), BIG, 1);
  await writeRandomFile(folder.join("up"), BIG, 2);
  for (let n = 0; n < 3; n++) {
    await writeRandomFile(folder.join("root", "tree", `${n}`), BIG / 3, n);
  }
  const port = freeLowPort();
  await using log = new EffectLog({ hostname: "127.0.0.1", port });
  // So slow that none ends before the last one has begun: a minute and a half.
  const limitRate = 128 * 1024;
  const paths = [
    ["download", "down", "down"],
    ["upload", "up", "up"],
    ["download", "tree", "tree"],
  ] as const;
  const transfers = paths.map(([direction, local, remotePath]) => {
    const kind = remotePath === "tree" ? "folder" as const : "file" as const;
    const localPath = folder.join(local);
    return log.transfer({ direction, kind, localPath, remotePath, limitRate });
  });
  for (const transfer of transfers) log.runner.run({ kind: "startTransfer", transfer });
  // Nobody is there yet.
  for (const { id } of transfers) {
    await log.next("progressed", ({ reports }) => {
      return reports.some((report) => report.id === id && report.progress.state === "retrying");
    });
  }
  {
    await using _server = await startServerOn(port, folder.join("root"));
    for (const { id } of transfers) await log.moved(id, limitRate);
  }
  const killedAt = log.messages.length;
  // What the system has in its buffers still comes, now without a limit.
  for (const { id } of transfers) log.runner.run({ kind: "setRate", id, bytesPerSecond: 0 });
  for (const { id } of transfers) {
    await log.next("progressed", ({ reports }) => {
      return reports.some((report) => report.id === id && report.progress.state === "retrying");
    }, killedAt);
  }
  assert.ok(log.messages.every(({ kind }) => kind !== "transferEnded"));
  await using _server = await startServerOn(port, folder.join("root"));
  for (const { id } of transfers) {
    const end = await log.end(id);
    assert.equal(end.kind, "finished", JSON.stringify(end));
    if (end.kind === "finished" && end.result !== undefined) {
      assert.ok(end.result.digest?.startsWith("xxh128:"));
    }
  }
  const root = folder.join("root");
  const pairs = ["down", "up", ...[0, 1, 2].map((n) => join("tree", `${n}`))];
  for (const name of pairs) {
    assert.equal(await fileDigest(folder.join(name)), await fileDigest(join(root, name)), name);
  }
});
