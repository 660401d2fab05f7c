import assert from "node:assert/strict";
import { join } from "node:path";
import { FrameType } from "#protocol/frame.ts";
import { done } from "#tests/server/done.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { type ProcessFleet, startFleet } from "#tests/support/process_fleet.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { fileDigest } from "#tests/support/random_file.ts";
import { assertError, type RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { checkStateFolder } from "#tests/support/state_folder.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const COUNT = 3;
const PIECE_BYTES = 300_000;
const SIZE_BYTES = 4 * PIECE_BYTES;

/** One peer of each process. */
class Peers implements Disposable {
  constructor(readonly each: readonly RawPeer[]) {}

  static async of(fleet: ProcessFleet): Promise<Peers> {
    const each: RawPeer[] = [];
    for (let index = 1; index <= COUNT; index++) each.push(await fleet.peerOf(index));
    return new Peers(each);
  }

  /** That of a process, from 1. */
  at(index: number): RawPeer {
    const peer = this.each[index - 1];
    assert.ok(peer !== undefined);
    return peer;
  }

  [Symbol.dispose](): void {
    for (const peer of this.each) peer.close();
  }
}

Deno.test("a server of three processes is one server", async (t) => {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  await using fleet = await startFleet(root, COUNT);
  const step = async (name: string, run: (peers: Peers) => Promise<void>): Promise<void> => {
    await t.step(name, async () => {
      using peers = await Peers.of(fleet);
      await run(peers);
    });
  };

  await step("each process answers for all", async (peers) => {
    for (const [index, peer] of peers.each.entries()) {
      await until(`process ${index + 1} to know of all connections`, async () => {
        const status = await done(peer, FrameType.STATUS);
        assert.deepEqual(status.processes, {
          answeredBy: index + 1,
          running: COUNT,
          count: COUNT,
        });
        assert.deepEqual([status.maxConnections, status.workers.limit], [1024, 64]);
        return status.connections === COUNT;
      });
    }
  });

  await step("an upload begun through one process goes on through the others", async (peers) => {
    const bytes = randomBytes(SIZE_BYTES, 1);
    const request = { path: "resumed.bin", sizeBytes: SIZE_BYTES };
    const first = await beginUpload(peers.at(1), request);
    await peers.at(1).sendData(first.requestId, bytes.subarray(0, PIECE_BYTES));
    await peers.at(1).expectFrame(FrameType.ACK, first.requestId);
    // The first process still holds it, and lets go of it for the second one.
    const second = await beginUpload(peers.at(2), { ...request, session: first.json?.session });
    assert.equal(second.json?.offsetBytes, PIECE_BYTES, JSON.stringify(second.json));
    assertError(await peers.at(1).lastFrame(first.requestId), "session_taken");
    const two = bytes.subarray(PIECE_BYTES, 2 * PIECE_BYTES);
    await peers.at(2).sendData(second.requestId, two);
    await peers.at(2).sendFrame(FrameType.ABORT, second.requestId, { keep: true });
    await peers.at(2).lastFrame(second.requestId);
    // Nobody holds it now; the third process finds it by its name.
    const third = await beginUpload(peers.at(3), { ...request, resume: true });
    assert.equal(third.json?.session, first.json?.session);
    assert.equal(third.json?.offsetBytes, 2 * PIECE_BYTES);
    await peers.at(3).sendData(third.requestId, bytes.subarray(2 * PIECE_BYTES));
    await peers.at(3).sendFrame(FrameType.COMMIT, third.requestId, { digest: sha256Of(bytes) });
    assert.equal((await peers.at(3).lastFrame(third.requestId)).type, FrameType.RESULT);
    for (const peer of peers.each) assert.deepEqual(await downloadRaw(peer, "resumed.bin"), bytes);
  });

  await step("of uploads to one name through all processes at once, one wins", async (peers) => {
    const contents = peers.each.map((_, index) => randomBytes(50_000, 100 + index));
    for (let round = 0; round < 20; round++) {
      const path = `won-${round}.bin`;
      const ends = await Promise.all(
        peers.each.map((peer, index) =>
          uploadRaw(peer, path, contents[index] ?? new Uint8Array(), { onConflict: "error" })
        ),
      );
      const winners = ends.flatMap(({ type }, index) => type === FrameType.RESULT ? [index] : []);
      assert.equal(winners.length, 1, `${winners.length} winners of ${path}`);
      const losers = ends.filter(({ type }) => type === FrameType.ERROR);
      for (const loser of losers) assertError(loser, "already_exists");
      const won = contents[winners[0] ?? 0] ?? new Uint8Array();
      assert.equal(await fileDigest(join(root, path), "sha256"), sha256Of(won));
    }
  });

  await step("names that change through all processes at once never show a mix", async (peers) => {
    const contents = peers.each.map((_, index) => randomBytes(40_000, 200 + index));
    const whole = new Set(contents.map(sha256Of));
    const lane = async (peer: RawPeer, index: number): Promise<void> => {
      const own = contents[index] ?? new Uint8Array();
      for (let round = 0; round < 30; round++) {
        const [path, to] = [`raced-${round % 2}`, `raced-${(round + 1) % 2}`];
        await allowed(uploadRaw(peer, path, own, { onConflict: "overwrite" }), []);
        await allowed(peer.request(FrameType.RENAME, { from: path, to }), [
          "already_exists",
          "not_found",
        ]);
        const read = await downloadRaw(peer, to);
        if (read instanceof Uint8Array) assert.ok(whole.has(sha256Of(read)), "a mix of versions");
        else assert.ok(["not_found", "file_changed", "busy"].includes(`${read.json?.name}`));
        const permanent = round % 3 === 0;
        await allowed(peer.request(FrameType.DELETE, { path, permanent }), ["not_found"]);
      }
    };
    await Promise.all(peers.each.map(lane));
    for (const name of ["raced-0", "raced-1"]) {
      const digest = await fileDigest(join(root, name), "sha256").catch(() => undefined);
      assert.ok(digest === undefined || whole.has(digest));
    }
  });

  await step("trash and history are the same through each process", async (peers) => {
    await done(peers.at(1), FrameType.EMPTY_TRASH);
    const bytes = randomBytes(1_000, 7);
    await uploadRaw(peers.at(1), "thrown.bin", bytes);
    const { trashId } = await done(peers.at(2), FrameType.DELETE, { path: "thrown.bin" });
    for (const peer of peers.each) {
      const { entries } = await done(peer, FrameType.TRASH);
      assert.deepEqual(entries.map(({ id }: { readonly id: string }) => id), [trashId]);
    }
    const restored = await Promise.all(
      peers.each.map((peer) => peer.request(FrameType.RESTORE, { id: trashId })),
    );
    assert.equal(restored.filter(({ type }) => type === FrameType.RESULT).length, 1);
    assert.deepEqual(await downloadRaw(peers.at(3), "thrown.bin"), bytes);
    const seen = async (peer: RawPeer): Promise<readonly string[]> => {
      const { records } = await done(peer, FrameType.HISTORY, { pattern: "thrown.bin" });
      return records.filter(({ outcome }: { readonly outcome: string }) => outcome === "done")
        .map(({ operation }: { readonly operation: string }) => operation).sort();
    };
    const wanted = ["delete", "download", "restore", "upload"];
    for (const peer of peers.each) {
      await until(
        "the records of all processes",
        async () => `${await seen(peer)}` === `${wanted}`,
      );
    }
  });

  await step("who watches one process hears of changes through another", async (peers) => {
    const watched = await peers.at(1).begin(FrameType.WATCH, { intervalMs: 100 });
    const first = await peers.at(1).expectFrame(FrameType.SNAPSHOT, watched);
    await done(peers.at(2), FrameType.MKDIR, { path: "made" });
    await until("the change and all connections", async () => {
      const { json } = await peers.at(1).expectFrame(FrameType.SNAPSHOT, watched);
      const operations: unknown = json?.operations;
      assert.ok(Array.isArray(operations));
      const ids = new Set(operations.map(({ connectionId }) => connectionId));
      assert.equal(ids.size, operations.length);
      return Number(json?.changes) > Number(first.json?.changes) && operations.length === COUNT;
    });
  });

  await checkStateFolder(root, { isAlive: true });
});

/** Waits for a request that may fail in some ways. */
async function allowed(
  request: ReturnType<RawPeer["request"]>,
  codes: readonly string[],
): Promise<void> {
  const { type, json } = await request;
  if (type === FrameType.RESULT) return;
  assert.ok(codes.includes(`${json?.name}`), JSON.stringify(json));
}

/** Asks again and again: each question waits for its answer. */
async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const asking = async (): Promise<void> => {
    while (!await isTrue());
  };
  await withDeadline(asking(), what);
}
