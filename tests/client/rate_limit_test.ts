import assert from "node:assert/strict";
import { RateLimit, SluiceClient } from "#client/mod.ts";
import { startTestServer, type TestServer } from "#tests/server/test_server.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { fileDigest, writeRandomFile } from "#tests/support/random_file.ts";

const SIZE_BYTES = 24 * 1024 * 1024;
/** At this rate none of the transfers would end before the tests' deadline. */
const SLOW = 200_000;

Deno.test("RateLimit says what is no rate and keeps what is", () => {
  const limit = new RateLimit();
  assert.equal(limit.bytesPerSecond, 0);
  limit.bytesPerSecond = 5e6;
  assert.equal(limit.bytesPerSecond, 5e6);
  // A little is not none.
  limit.bytesPerSecond = 0.1;
  assert.equal(limit.bytesPerSecond, 1);
  for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => limit.bytesPerSecond = wrong, RangeError);
  }
  assert.throws(() => new RateLimit(-1), RangeError);
});

for (const direction of ["upload", "download"] as const) {
  Deno.test(`RateLimit slows a ${direction} down in the middle and lets it go again`, async () => {
    await using place = await startTestServer();
    await using folder = await makeTempFolder();
    const limit = new RateLimit(50 * 1024 * 1024);
    const marks: Mark[] = [];
    const slowed = Promise.withResolvers<void>();
    const onProgress = ({ doneBytes }: { readonly doneBytes: number }): void => {
      if (limit.bytesPerSecond > SLOW && doneBytes > SIZE_BYTES / 8 && marks.length === 0) {
        limit.bytesPerSecond = SLOW;
      }
      if (limit.bytesPerSecond !== SLOW) return;
      marks.push({ atMs: performance.now(), bytes: doneBytes });
      // What was on its way still comes, however long the machine takes for it; then the rate is as it should be.
      if (isSlowStretch(marks)) slowed.resolve();
    };
    const moving = await begin(direction, place, folder.path, { limitRate: limit, onProgress });
    await using _client = moving.client;
    await withDeadline(slowed.promise, "a slow second");
    limit.bytesPerSecond = 0;
    await withDeadline(moving.ended, "the end, unlimited");
    const [here, there] = moving.paths;
    assert.equal(await fileDigest(here), await fileDigest(there));
  });
}

for (const limitRate of [1_000, new RateLimit(1_000)]) {
  Deno.test(`a small file that comes over a new connection keeps to its limit as ${typeof limitRate}`, async () => {
    await using place = await startTestServer();
    await using folder = await makeTempFolder();
    await writeRandomFile(place.root.join("small"), 2_000);
    await using client = new SluiceClient({ server: place });
    const { seconds } = await client.download("small", folder.join("small"), { limitRate });
    // All but what came along with the answer's first bytes.
    assert.ok(seconds > 1, `2 kB took only ${seconds} s`);
  });
}

Deno.test("RateLimit holds for all transfers together that are given it", async () => {
  await using place = await startTestServer();
  await using folder = await makeTempFolder();
  const limit = new RateLimit(1_000_000);
  await using client = new SluiceClient({ server: place, connections: 3 });
  for (const name of ["a", "b", "c"]) await writeRandomFile(place.root.join(name), 400_000);
  const startedAtMs = performance.now();
  await Promise.all(
    ["a", "b", "c"].map((name) => client.download(name, folder.join(name), { limitRate: limit })),
  );
  const seconds = (performance.now() - startedAtMs) / 1000;
  assert.ok(seconds > 1, `1.2 MB took only ${seconds} s`);
});

Deno.test("a limited download that is cancelled says at last how much of it is kept", async () => {
  await using place = await startTestServer();
  await using folder = await makeTempFolder();
  await writeRandomFile(place.root.join("big"), SIZE_BYTES);
  await using client = new SluiceClient({ server: place });
  const stop = new AbortController();
  const seen: number[] = [];
  const onProgress = ({ doneBytes }: { readonly doneBytes: number }): void => {
    seen.push(doneBytes);
    // Long before the first frame is whole.
    if (doneBytes > 0) stop.abort();
  };
  const options = { limitRate: 20_000, signal: stop.signal, onProgress };
  await assert.rejects(client.download("big", folder.join("big"), options), { code: "cancelled" });
  assert.ok(Math.max(...seen) > 0);
  assert.equal(seen.at(-1), 0);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});

Deno.test("an archive that is cancelled says at last that nothing of it is kept", async () => {
  await using place = await startTestServer();
  await using folder = await makeTempFolder();
  await Deno.mkdir(place.root.join("tree"));
  await writeRandomFile(place.root.join("tree", "big"), SIZE_BYTES);
  await using client = new SluiceClient({ server: place });
  const stop = new AbortController();
  const seen: number[] = [];
  const onProgress = ({ doneBytes }: { readonly doneBytes: number }): void => {
    seen.push(doneBytes);
    if (doneBytes > 0) stop.abort();
  };
  const archive = client.archive("tree", folder.join("z"), { signal: stop.signal, onProgress });
  await assert.rejects(archive, { code: "cancelled" });
  assert.ok(Math.max(...seen) > 0);
  assert.equal(seen.at(-1), 0);
});

/** How far a transfer was at a time. */
interface Mark {
  readonly atMs: number;
  readonly bytes: number;
}

/** Whether in the last second or more something moved, and no more than the rate lets through. */
function isSlowStretch(marks: readonly Mark[]): boolean {
  const last = marks.at(-1);
  const first = marks.findLast(({ atMs }) => last !== undefined && last.atMs - atMs >= 1_000);
  if (first === undefined || last === undefined) return false;
  const moved = last.bytes - first.bytes;
  // A tenth of a second may be caught up, and a piece may fall to either side.
  return moved > 0 && moved <= SLOW * ((last.atMs - first.atMs) / 1000 + 0.3);
}

async function begin(
  direction: "upload" | "download",
  place: TestServer,
  folder: string,
  options: Parameters<SluiceClient["upload"]>[2],
): Promise<{
  readonly client: SluiceClient;
  readonly ended: Promise<unknown>;
  readonly paths: readonly [string, string];
}> {
  const [local, remote] = [`${folder}/big.bin`, place.root.join("big.bin")];
  await writeRandomFile(direction === "upload" ? local : remote, SIZE_BYTES);
  const client = new SluiceClient({ server: place });
  const ended = direction === "upload"
    ? client.upload(local, "big.bin", options)
    : client.download("big.bin", local, options);
  ended.catch(() => {}); // Whoever waits for it gets the error.
  return { client, ended, paths: [local, remote] };
}
