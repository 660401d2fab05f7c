import assert from "node:assert/strict";
import { join } from "node:path";
import { FrameType } from "#protocol/frame.ts";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { TokenStore } from "#server/access/token_store.ts";
import { waitUntilClosed } from "#tests/support/open_descriptors.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { RawPeer, type ReceivedFrame } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, sha256Of } from "#tests/support/raw_transfer.ts";
import { SeededRandom } from "#tests/support/seeded_random.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { untilServerRests } from "#tests/support/state_folder.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { makeTokens } from "./tokens/make_tokens.ts";

/** Each set of users once. */
const ROUNDS = 7;
const SEED = 20_263;
const UPLOAD = randomBytes(300_000, 7);
/** Far more than sockets hold for somebody who reads nothing. */
const LARGE_BYTES = 24_000_000;
const PIECE_BYTES = 64 * 1024;
const USERS = ["ann", "bob", "sue"] as const;

/** What a user is at when the tokens of some are revoked. */
interface Busy {
  readonly user: (typeof USERS)[number];
  readonly path: string;
  readonly upload: RawPeer;
  readonly requestId: number;
  readonly session: unknown;
  readonly sentBytes: number;
  readonly download: RawPeer;
}

Deno.test(`tokens revoked in the middle of transfers, ${ROUNDS} times, end just theirs and leave nothing half`, async () => {
  await using folder = await makeTempFolder();
  await Deno.writeFile(folder.join("large"), randomBytes(LARGE_BYTES, 3));
  await using server = await startServerProcess({ root: folder.path, flags: ["--require-token"] });
  const store = new TokenStore(join(folder.path, STATE_FOLDER));
  const { watcher } = makeTokens(folder.path, { watcher: { role: "admin" } });
  const random = new SeededRandom(SEED);
  for (let round = 0; round < ROUNDS; round++) {
    const tokens = makeTokens(
      folder.path,
      { ann: { role: "writer" }, bob: { role: "writer" }, sue: { role: "writer" } } as const,
    );
    const all = await Promise.all(
      USERS.map((user) => begin(server, user, tokens[user], `${round}-${user}`, random.next())),
    );
    const gone = USERS.filter((_, n) => (round + 1) & (1 << n));
    for (const user of gone) store.revoke(user);
    try {
      await Promise.all(
        all.map((one) => gone.includes(one.user) ? assertEnded(one) : assertGoesOn(one)),
      );
      // What a token has begun is no other's to go on with, also when it is gone.
      for (const { user, path, session } of all) {
        if (!gone.includes(user)) continue;
        await assert.rejects(Deno.stat(folder.join(path)), Deno.errors.NotFound);
        using other = await RawPeer.greet(server, watcher);
        const taken = await beginUpload(other, { path, sizeBytes: UPLOAD.length, session });
        assert.equal(taken.json?.name, "session_not_found");
        const late = RawPeer.greet(server, tokens[user]);
        await assert.rejects(late, /42|ERROR|token_refused/);
      }
    } finally {
      for (const { upload, download } of all) (upload.close(), download.close());
    }
    for (const user of USERS) if (!gone.includes(user)) store.revoke(user);
  }
  await untilServerRests(server, watcher);
  await waitUntilClosed(server.pid, folder.path, 1);
  assert.ok(!/ ERR |fault|internal/.test(server.stderr.text), server.stderr.text);
});

/** Begins an upload, sends a part of it, and begins a download of which nothing is read. */
async function begin(
  server: { readonly hostname: string; readonly port: number },
  user: Busy["user"],
  token: string,
  path: string,
  share: number,
): Promise<Busy> {
  const upload = await RawPeer.greet(server, token);
  const ready = await beginUpload(upload, { path, sizeBytes: UPLOAD.length });
  assert.equal(ready.type, FrameType.READY, JSON.stringify(ready.json));
  const { requestId, json } = ready;
  const sentBytes = Math.ceil(share * UPLOAD.length * 0.9);
  await upload.sendData(requestId, UPLOAD.subarray(0, sentBytes));
  const download = await RawPeer.greet(server, token);
  await download.begin(FrameType.GET, { path: "large", digest: "sha256" });
  return { user, path, upload, requestId, session: json?.session, sentBytes, download };
}

async function assertEnded({ upload, download }: Busy): Promise<void> {
  assert.equal((await lastWord(upload))?.json?.name, "token_refused");
  let bytes = 0;
  try {
    for (;;) bytes += (await download.take(PIECE_BYTES)).byteLength;
  } catch {
    // It was closed in the middle: what is on its way to somebody who does not read may be lost.
  }
  assert.ok(bytes < LARGE_BYTES, "the download came to its end");
}

/** The ERROR that ends a connection; frames of the request before it are skipped. */
async function lastWord(peer: RawPeer): Promise<ReceivedFrame> {
  for (;;) {
    const frame = await peer.nextFrame();
    if (frame.type === FrameType.ERROR && frame.requestId === 0) return frame;
  }
}

async function assertGoesOn(busy: Busy): Promise<void> {
  const { path, upload, requestId, sentBytes } = busy;
  await upload.sendData(requestId, UPLOAD.subarray(sentBytes));
  await upload.sendFrame(FrameType.COMMIT, requestId, { digest: sha256Of(UPLOAD) });
  const done = await upload.lastFrame(requestId);
  assert.equal(done.json?.outcome, "created", JSON.stringify(done.json));
  assert.deepEqual(await downloadRaw(upload, path), UPLOAD);
  await busy.download.lastFrame(1);
}
