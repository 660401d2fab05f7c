import assert from "node:assert/strict";
import { type Direction, FaultyNetwork } from "#tests/support/faulty_network.ts";
import { inLanes } from "#tests/support/in_lanes.ts";
import {
  byteByByte,
  cutAfter,
  delayEach,
  endAfter,
  flipBit,
  flipBitEach,
  stallAfter,
} from "#tests/support/passages.ts";
import { runClient } from "#tests/support/run_command.ts";
import { SeededRandom } from "#tests/support/seeded_random.ts";
import { type Passage, type Passages, TcpRelay } from "#tests/support/tcp_relay.ts";

/** A stretch of the bytes that flow one way. */
interface Stretch {
  readonly least: number;
  readonly end: number;
}

/** Makes a fault somewhere in a stretch. */
type Fault = (random: SeededRandom, stretch: Stretch) => Passage;

/** Not a round number, and several frames each way. */
const SIZE_BYTES = 1_500_007;
/** What flows behind the hellos: whoever was never connected does not try again. */
const STRETCHES = {
  up: { upload: { least: 60, end: SIZE_BYTES }, download: { least: 60, end: 100 } },
  down: { upload: { least: 350, end: 400 }, download: { least: 350, end: SIZE_BYTES } },
} as const;
const CASES_EACH = 8;
const AT_ONCE = 8;
/** A line that is silent for longer counts as dead: on a busy machine a sound one may be, too. */
const SILENCE_MS = 1500;

/** Faults that cost a connection or time, and never the transfer. */
const OVERCOME: Readonly<Record<string, Fault>> = {
  "is cut": (random, { least, end }) => cutAfter(random.between(least, end)),
  "ends one way only": (random, { least, end }) => endAfter(random.between(least, end)),
  "falls silent": (random, { least, end }) => stallAfter(random.between(least, end)),
  "delays bytes": (random) => delayEach(random.between(2, 10), random.between(1, 10)),
  "sends bytes one by one": (random) => byteByByte(random.between(0, 1000), 2000),
};

for (const [index, [name, fault]] of Object.entries(OVERCOME).entries()) {
  Deno.test(`transfers get through when the first connection ${name}`, async () => {
    await using network = await FaultyNetwork.create(SIZE_BYTES);
    await inLanes(numbers(CASES_EACH), async (number) => {
      const direction = directionOf(number);
      const way = number % 4 < 2 ? "up" : "down";
      const random = new SeededRandom(index * 100 + number);
      const passages = onFirst({ [way]: fault(random, STRETCHES[way][direction]) });
      const failure = await network.transfer({
        direction,
        number,
        passages,
        silenceMs: SILENCE_MS,
      });
      assert.equal(failure, undefined, `case ${number}`);
      assert.equal(await network.version(direction, number), "new");
    }, AT_ONCE);
    await network.check();
  });
}

Deno.test("transfers get through when one bit of a chunk is turned over", async () => {
  await using network = await FaultyNetwork.create(SIZE_BYTES);
  await inLanes(numbers(CASES_EACH), async (number) => {
    const direction = directionOf(number);
    const random = new SeededRandom(1000 + number);
    // Behind hello and request, before the end of the first chunk.
    const passage = flipBit(random.between(2_000, 250_000), random.between(0, 8));
    const passages = onFirst(direction === "upload" ? { up: passage } : { down: passage });
    const failure = await network.transfer({ direction, number, passages });
    assert.equal(failure, undefined, `case ${number}`);
    assert.equal(await network.version(direction, number), "new");
  }, AT_ONCE);
  await network.check();
});

Deno.test("no bit that is turned over, wherever it is, gets a wrong byte published", async () => {
  await using network = await FaultyNetwork.create(5_000);
  await inLanes(numbers(60), async (number) => {
    const direction = directionOf(number);
    const random = new SeededRandom(2000 + number);
    const passage = flipBit(random.between(0, 400), random.between(0, 8));
    const passages = onFirst(random.next() < 0.5 ? { up: passage } : { down: passage });
    const failure = await network.transfer({ direction, number, passages, silenceMs: 500 });
    const version = await network.version(direction, number);
    if (failure === undefined && version !== "new") await assertElsewhere(network, number);
  }, AT_ONCE);
  await network.check();
});

for (const direction of ["upload", "download"] as const) {
  Deno.test(`the ${direction} command ends with exit code 7 on a line that damages each chunk`, async () => {
    await using network = await FaultyNetwork.create(SIZE_BYTES);
    await using relay = new TcpRelay(network.server);
    const passage = flipBitEach(100_000);
    relay.passages = () => direction === "upload" ? { up: passage } : { down: passage };
    const args = direction === "upload"
      ? ["upload", network.source, "--as", "1.bin"]
      : ["download", "source.bin", "--as", network.target("download", 1)];
    const { code, stderr } = await runClient(["--server", relay.address, ...args]);
    assert.equal(code, 7, stderr);
    assert.match(stderr, /^sluice: Cannot \w+ ".*": .*\n$/);
    assert.equal(await network.version(direction, 1), "absent");
    await network.check();
  });
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function directionOf(number: number): Direction {
  return number % 2 === 0 ? "upload" : "download";
}

function onFirst(passages: Passages): (connection: number) => Passages {
  return (connection) => connection === 1 ? passages : {};
}

/** A bit of an upload's name was turned over: then the file is whole under that name. */
async function assertElsewhere(network: FaultyNetwork, number: number): Promise<void> {
  const root = network.target("upload", number).replace(/[^/]*$/, "");
  const names = await Array.fromAsync(Deno.readDir(root), (entry) => entry.name);
  const others = names.filter((name) => !/^(\d+|source)\.bin$|^\.sluice$/.test(name));
  assert.ok(others.length > 0, `${number} is published nowhere: ${names.join(" ")}`);
}
