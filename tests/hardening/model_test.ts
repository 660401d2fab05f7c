import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { SeededRandom } from "#tests/support/seeded_random.ts";
import { readNamesState, shownState } from "#tests/server/names_state.ts";
import { findSerialOrder, type NamesState } from "#tests/server/serial_order.ts";
import { startTestServer } from "#tests/server/test_server.ts";
import { until } from "#tests/server/until.ts";
import { oneIn, pick } from "./fuzz/case_random.ts";
import { FaultyProxy, type LineFault } from "./model/faulty_proxy.ts";
import { choose, numberOf, runLane } from "./model/lane.ts";

const CLIENTS = 8;
const OPERATIONS_PER_ROUND = 3;
const DURATION_MS = 60_000;
/** Beyond it old entries are removed, so that reading the state stays quick. */
const MOST_TRASH = 100;
/** Somewhere in a session of a few hundred kB; small numbers more often. */
const BREAKS_AT = [150, 200, 250, 300, 400, 600, 1_000, 20_000, 70_000, 200_000];

Deno.test("what 8 clients do over breaking lines for 60 s is explained by some serial order", async (t) => {
  await using place = await startTestServer({ workers: CLIENTS, timeouts: { lingerMs: 0 } });
  await using proxy = await FaultyProxy.start(place);
  await using client = new SluiceClient({ server: place });
  const seed = Date.now() % 1_000_000;
  const random = new SeededRandom(seed);
  let texts = 0;
  const counts = { rounds: 0, answered: 0, lost: 0 };
  const endMs = performance.now() + DURATION_MS;
  let before: NamesState = { names: new Map(), trash: new Map() };
  while (performance.now() < endMs) {
    const ids = [...before.trash.keys()];
    proxy.plan(Array.from({ length: CLIENTS }, () => chooseFault(random)));
    const lanes = await Promise.all(
      Array.from({ length: CLIENTS }, () => {
        const next = (): string => `${++texts}`;
        const operations = Array.from(
          { length: OPERATIONS_PER_ROUND },
          () => choose(random, ids, next),
        );
        return runLane(proxy, operations);
      }),
    );
    await until(() => isAtRest(place.server.status()), "the server to notice that lines broke");
    const observed = lanes.flat();
    const after = readNamesState(place.root.path, numberOf);
    assert.ok(
      findSerialOrder(before, observed, after) !== undefined,
      `no serial order explains this (seed ${seed}): ${
        JSON.stringify({ before: shownState(before), observed, after: shownState(after) }, null, 1)
      }`,
    );
    before = after;
    counts.rounds++;
    for (const { reply } of observed) counts[reply === undefined ? "lost" : "answered"]++;
    if (after.trash.size > MOST_TRASH) {
      await client.emptyTrash();
      client.closeIdle();
      before = { names: after.names, trash: new Map() };
    }
  }
  console.log(`${t.name}: ${JSON.stringify(counts)}, seed ${seed}`);
  assert.ok(counts.lost > 0 && counts.answered > counts.lost);
});

function isAtRest(status: { connections: number; workers: { leased: number } }): boolean {
  return status.connections === 0 && status.workers.leased === 0;
}

function chooseFault(random: SeededRandom): LineFault {
  const kind = pick(random, ["reset", "halfClose", "truncate", "delay"] as const);
  const way = oneIn(random, 2) ? "up" : "down";
  // Every third line holds for all that is asked.
  const afterBytes = oneIn(random, 3) ? Infinity : random.between(1, pick(random, BREAKS_AT));
  return { kind, way, afterBytes };
}
