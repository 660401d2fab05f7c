import assert from "node:assert/strict";
import { inLanes } from "#tests/support/in_lanes.ts";
import { runClientStorm } from "./kill/client_storm.ts";
import { type MakeMortal, mortalGateway, mortalServer, mortalWorker } from "./kill/mortals.ts";
import { runStorm } from "./kill/storm.ts";
import type { LaneCounts } from "./kill/storm_lane.ts";

/** Storms at a time, each with a root of its own. */
const ROOTS = 5;
const LANES = 3;

const CLIENT_KILLS = 60;

interface KillPlan {
  readonly who: string;
  readonly kills: number;
  readonly start: MakeMortal;
  readonly keepsSessions?: boolean;
  readonly keepsHistory?: boolean;
}

const PLANS: readonly KillPlan[] = [
  { who: "server", kills: 150, start: mortalServer },
  { who: "worker", kills: 50, start: mortalWorker },
  // A PUT cannot be gone on with, nor a tus upload whose address did not arrive.
  { who: "gateway", kills: 40, start: mortalGateway, keepsSessions: true, keepsHistory: true },
];

Deno.test(`${CLIENT_KILLS} kills of a client at random instants leave whole files and what can be gone on with`, async () => {
  let count = 0;
  const seeds = Array.from({ length: ROOTS + 1 }, (_, n) => n + 1);
  await inLanes(seeds, async (seed) => {
    const before = await runClientStorm(seed, CLIENT_KILLS / seeds.length);
    count += before;
  }, seeds.length);
  console.log(`client: ${count} kills before its end, of ${CLIENT_KILLS}`);
  assert.ok(count > 0, "no kill came before the end");
});

for (const { who, kills, start, ...keeps } of PLANS) {
  Deno.test(`${kills} kills of a ${who} at random instants lose nothing that was acknowledged and show nothing partial`, async () => {
    const all: LaneCounts[] = [];
    const seeds = Array.from({ length: ROOTS }, (_, n) => kills * 10 + n + 1);
    await inLanes(seeds, async (seed) => {
      try {
        all.push(
          await runStorm({
            seed,
            kills: kills / ROOTS,
            lanes: LANES,
            start: start(seed),
            ...keeps,
          }),
        );
      } catch (error) {
        throw new Error(`storm ${seed} of the ${who} failed: ${error}`, { cause: error });
      }
    }, ROOTS);
    const total = (key: keyof LaneCounts): number => all.reduce((sum, one) => sum + one[key], 0);
    const [lost, resumed] = [total("lost"), total("resumed")];
    console.log(
      `${who}: ${kills} kills, ${total("acknowledged")} answers, ${lost} lost, ${resumed} resumed`,
    );
    assert.ok(lost > 0, "no kill has interrupted anything");
  });
}
