import { Buffer } from "node:buffer";
import { encodePreface } from "#protocol/preface.ts";
import { concatBytes } from "#tests/support/random_bytes.ts";
import { caseRandom, oneIn, pick } from "./case_random.ts";
import { decodeCase } from "./decode_case.ts";
import { mutateBytes } from "./mutate_bytes.ts";
import type { RecordedSession } from "./record_sessions.ts";
import { REQUESTS_PER_CONNECTION, runRequests } from "./request_cases.ts";
import { makeRequest } from "./request_grammar.ts";
import { streamCase } from "./stream_case.ts";

/** What a run works with. */
export interface FuzzRun {
  readonly server: { readonly hostname: string; readonly port: number };
  readonly sessions: readonly RecordedSession[];
  readonly seed: number;
  /** Number of the first case. @default 0 */
  readonly first?: number;
  readonly cases: number;
}

/** How many cases of each kind ran. */
export interface FuzzCounts {
  /** Damaged or made-up streams through the decoders of both sides, in this process. */
  readonly decoded: number;
  /** Made-up requests that keep to the frames, many on one connection to a real server. */
  readonly asked: number;
  /** Damaged sessions, each on a connection of its own to a real server. */
  readonly streamed: number;
}

/** Of 40 cases, by their numbers: 33 decode, 6 ask, 1 streams. */
const KINDS = 40;
const ASKED = 33;
const STREAMED = 39;
/** Connections at a time. */
const LANES = 8;

/**
 * Runs cases that depend on nothing but the seed and their numbers.
 *
 * @param run What and how many.
 * @returns How many of each kind.
 * @throws {Error} On the first that fails, with its number and its bytes.
 */
export async function runFuzz(run: FuzzRun): Promise<FuzzCounts> {
  const { first = 0, cases } = run;
  const numbers = { decoded: [] as number[], asked: [] as number[], streamed: [] as number[] };
  for (let number = first; number < first + cases; number++) {
    numbers[kindOf(number)].push(number);
  }
  const { decoded, asked, streamed } = numbers;
  const counts = { decoded: decoded.length, asked: asked.length, streamed: streamed.length };
  const streams = Array.from({ length: LANES / 2 }, () => streamLane(run, streamed));
  const requests = Array.from({ length: LANES / 2 }, () => requestLane(run, asked));
  const all = [...streams, ...requests, decodeAll(run, decoded)];
  const results = await Promise.allSettled(all);
  for (const result of results) if (result.status === "rejected") throw result.reason;
  return counts;
}

function kindOf(number: number): keyof FuzzCounts {
  const place = number % KINDS;
  return place < ASKED ? "decoded" : place < STREAMED ? "asked" : "streamed";
}

async function decodeAll(run: FuzzRun, numbers: readonly number[]): Promise<void> {
  const ups = run.sessions.map(({ up }) => up);
  const downs = run.sessions.map(({ down }) => down);
  for (const [index, number] of numbers.entries()) {
    const random = caseRandom(run.seed, number);
    const way = oneIn(random, 2) ? "up" : "down";
    const recorded = way === "up" ? ups : downs;
    const whole = pick(random, recorded);
    const bytes = way === "up" && oneIn(random, 2)
      ? mutateBytes(
        concatBytes([encodePreface(), ...makeRequest(random, 1).frames]),
        random,
        recorded,
      )
      : mutateBytes(whole, random, recorded);
    await named(run, number, bytes, () => decodeCase(bytes, way, random));
    // The other lanes run in this thread, too.
    if (index % 50 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
}

async function streamLane(run: FuzzRun, numbers: number[]): Promise<void> {
  const recorded = run.sessions.map(({ up }) => up);
  for (let number = numbers.pop(); number !== undefined; number = numbers.pop()) {
    const random = caseRandom(run.seed, number);
    const bytes = mutateBytes(pick(random, recorded), random, recorded);
    await named(run, number, bytes, () => streamCase(run.server, bytes));
  }
}

async function requestLane(run: FuzzRun, numbers: number[]): Promise<void> {
  for (;;) {
    const mine = numbers.splice(0, REQUESTS_PER_CONNECTION);
    while (mine.length > 0) {
      // Ids are 10 apart: a case may name the id of none.
      const cases = mine.map((number, index) =>
        makeRequest(caseRandom(run.seed, number), (index + 1) * 10)
      );
      await named(run, mine[0] ?? 0, undefined, async () => {
        mine.splice(0, await runRequests(run.server, cases));
      });
    }
    if (numbers.length === 0) return;
  }
}

/** Runs a case; says of one that fails how to run it again. */
async function named(
  run: FuzzRun,
  number: number,
  bytes: Uint8Array | undefined,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    const again = `deno task fuzz --seed ${run.seed} --first ${number} --cases ${
      bytes === undefined ? 4000 : 1
    }`;
    const shown = bytes === undefined ? "" : `; bytes ${Buffer.from(bytes).toString("hex")}`;
    throw new Error(`Case ${number} failed (again: ${again})${shown}: ${error}`, { cause: error });
  }
}
