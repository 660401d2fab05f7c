import assert from "node:assert/strict";
import { join } from "node:path";
import { SluiceClient } from "#client/mod.ts";
import { INITIAL_WINDOW_BYTES } from "#protocol/limits.ts";
import { sleep } from "#protocol/sleep.ts";
import { SeededRandom } from "#tests/support/seeded_random.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { untilServerRests } from "#tests/support/state_folder.ts";
import { until } from "#tests/server/until.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { attemptText, type LaneCounts, type LaneRun, StormLane } from "./storm_lane.ts";
import type { StormTarget } from "./storm_target.ts";

/** Somebody who dies again and again, while lanes ask. */
export interface Mortal extends AsyncDisposable {
  /** Connects to it. */
  connect(): StormTarget;
  /** Ends it without a chance to tidy up; resolves when the disk can be looked at. */
  kill(): Promise<void>;
}

/** What a storm is made of. */
export interface StormOptions {
  readonly seed: number;
  readonly kills: number;
  readonly lanes: number;
  /** Whether an upload that died may leave a session, which expires. @default false */
  readonly keepsSessions?: boolean;
  /** Whether whoever keeps the history lives on, so that nothing of it may be lost. @default false */
  readonly keepsHistory?: boolean;
  /** Starts whoever is killed, for a root. */
  readonly start: (root: string) => Promise<Mortal>;
}

/** Longest that lanes work before a kill; the instant is anywhere in it. */
const MOST_WAIT_MS = 300;

/**
 * Lets lanes upload, replace, rename, delete and restore, and kills whoever serves them again and again;
 * after each kill what is on the disk must be what was acknowledged.
 *
 * @param options How many and whom.
 * @returns What happened.
 */
export async function runStorm(options: StormOptions): Promise<LaneCounts> {
  await using folder = await makeTempFolder();
  const random = new SeededRandom(options.seed);
  const root = folder.join("root");
  const lanes = await makeLanes(folder, options);
  for (let kill = 0; kill < options.kills; kill++) {
    await using mortal = await options.start(root);
    let isAlive = true;
    const answered = Promise.withResolvers<void>();
    const run: LaneRun = { goesOn: () => isAlive, onAnswer: answered.resolve };
    const work = Promise.all(lanes.map((lane) => runLane(lane, mortal, run)));
    // Most kills come while all are busy, some before anybody was answered.
    if (kill % 5 > 0) await Promise.race([work, answered.promise]);
    // The sleep is the instant of the kill, not a wait for something.
    await Promise.race([work, sleep(random.next() * MOST_WAIT_MS)]);
    isAlive = false;
    await mortal.kill();
    await work;
    for (const lane of lanes) await lane.settle();
  }
  await checkEnd(root, lanes, options);
  return sum(lanes);
}

async function makeLanes(folder: TempFolder, options: StormOptions): Promise<StormLane[]> {
  const lanes: StormLane[] = [];
  for (let n = 0; n < options.lanes; n++) {
    await Deno.mkdir(folder.join("root", `lane${n}`), { recursive: true });
    const random = new SeededRandom(options.seed * 100 + n);
    const local = folder.join(`local${n}`);
    lanes.push(new StormLane(folder.join("root"), `lane${n}`, local, random, n * 100_000));
  }
  return lanes;
}

async function runLane(lane: StormLane, mortal: Mortal, run: LaneRun): Promise<void> {
  await using target = mortal.connect();
  await lane.run(target, run);
}

/** Finishes what was interrupted; then nothing may be left of all that died. */
async function checkEnd(
  root: string,
  lanes: readonly StormLane[],
  options: StormOptions,
): Promise<void> {
  {
    await using mortal = await options.start(root);
    for (const lane of lanes) {
      await using target = mortal.connect();
      await lane.finishUpload(target);
      await lane.settle();
    }
    await mortal.kill();
  }
  await using server = await startServerProcess({ root });
  await untilServerRests(server);
  if (options.keepsSessions !== true) {
    // A kill between a file's two names leaves the first one, which the first sweep removes. What a
    // client sends at once, without asking what is there, it does not go on with either.
    const uploads = join(root, ".sluice", "uploads");
    await until(() => leftIn(uploads).length === 0, "the end of all sessions");
  }
  await checkHistory(server, lanes, options.keepsHistory ?? false);
  await checkTrash(server, root, lanes);
}

/** Sessions that would be gone on with, and second names of published files. */
function leftIn(uploads: string): readonly string[] {
  return [...Deno.readDirSync(uploads)].map(({ name }) => join(uploads, name)).filter((path) => {
    const { size, nlink } = Deno.statSync(path);
    return size > INITIAL_WINDOW_BYTES || (nlink ?? 1) > 1;
  });
}

/** The history may have lost its last second at each kill, but tells nothing that was not asked for, and nothing twice. */
async function checkHistory(
  server: ServerProcess,
  lanes: readonly StormLane[],
  keepsHistory: boolean,
): Promise<void> {
  const done = new Map<string, number>();
  {
    await using client = new SluiceClient({ server });
    for await (const record of client.history({ limit: 100_000 })) {
      const { operation, path, target, outcome } = record;
      assert.match(outcome, /^(done|unreachable|internal|stopping|cancelled)$/);
      if (outcome === "done") count(done, attemptText({ operation, path, target }));
    }
  }
  const asked = new Map<string, number>();
  const answered = new Map<string, number>();
  for (const { attempts } of lanes) {
    for (const attempt of attempts) {
      count(asked, attemptText(attempt));
      if (attempt.isAnswered) count(answered, attemptText(attempt));
    }
  }
  for (const [text, times] of done) {
    assert.ok(times <= (asked.get(text) ?? 0), `the history tells ${text} ${times} times`);
  }
  if (!keepsHistory) return;
  for (const [text, times] of answered) {
    assert.ok(times <= (done.get(text) ?? 0), `the history has lost ${text}`);
  }
}

/** The trash holds just what was deleted and not restored. */
async function checkTrash(
  server: ServerProcess,
  root: string,
  lanes: readonly StormLane[],
): Promise<void> {
  await using client = new SluiceClient({ server });
  const listed = await Array.fromAsync(client.trash(), ({ id }) => id);
  const known = lanes.flatMap(({ trash }) => trash);
  assert.deepEqual(listed.toSorted(), known.toSorted());
  // A kill may leave the folder of an entry that never came, which goes with the next sweep.
  const trash = join(root, ".sluice", "trash");
  const kept = [...Deno.readDirSync(trash)].map(({ name }) => name).filter((name) =>
    [...Deno.readDirSync(join(trash, name))].some((inside) => inside.name === "entry")
  );
  assert.deepEqual(kept.toSorted(), known.toSorted());
}

function count(map: Map<string, number>, text: string): void {
  map.set(text, (map.get(text) ?? 0) + 1);
}

function sum(lanes: readonly StormLane[]): LaneCounts {
  const total: LaneCounts = { acknowledged: 0, lost: 0, resumed: 0 };
  for (const { counts } of lanes) {
    total.acknowledged += counts.acknowledged;
    total.lost += counts.lost;
    total.resumed += counts.resumed;
  }
  return total;
}
