import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { SeededRandom } from "#tests/support/seeded_random.ts";
import { type GatewayProcess, startGatewayProcess } from "#tests/support/gateway_process.ts";
import type { ServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { ResettingPeer } from "#tests/server/resetting_peer.ts";
import { FrameType } from "#protocol/frame.ts";
import { pick } from "../fuzz/case_random.ts";
import {
  figuresText,
  grownBytes,
  type ProcessFigures,
  startMeasuredServer,
} from "../process_figures.ts";

/** What a soak found. */
export interface SoakResult {
  /** Before anything was asked. */
  readonly start: ProcessFigures;
  /** In the middle, when all that is kept is there, and at the end. */
  readonly before: ProcessFigures;
  readonly after: ProcessFigures;
  /** When workers that idle have had time to end. */
  readonly end: ProcessFigures;
  /** All of them, and those of the second half. */
  readonly operations: number;
  readonly lastOperations: number;
}

/** What clients do all the time. */
interface Soak {
  readonly server: ServerProcess;
  readonly gateway: GatewayProcess;
  readonly folder: TempFolder;
  readonly endMs: number;
}

/** Most workers of the server. */
export const SOAK_WORKERS = 12;
const CLIENTS = 6;
const SIZES = [10, 5_000, 300_000, 3_000_000];
/** Longest that a worker idles before it ends, and as much again for a busy machine. */
const TRIM_DEADLINE_MS = 120_000;

/**
 * Loads a server with a mix of everything, directly and through a gateway, twice as long as half of the time.
 *
 * @param durationMs How long, both halves together.
 * @param tell Hears of each part.
 * @returns What the server held in between.
 */
export async function runSoak(
  durationMs: number,
  tell: (text: string) => void = () => {},
): Promise<SoakResult> {
  await using folder = await makeTempFolder();
  await Deno.mkdir(folder.join("root"));
  const flags = ["--workers", `${SOAK_WORKERS}`];
  await using server = await startMeasuredServer({ root: folder.join("root"), flags });
  const half = async (): Promise<number> => {
    // It keeps connections for later, which are none of the server's faults.
    await using gateway = await startGatewayProcess({ server: server.address });
    const soak = { server, gateway, folder, endMs: performance.now() + durationMs / 2 };
    const lanes = Array.from({ length: CLIENTS }, (_, n) => direct(soak, n));
    const counts = await Promise.all([...lanes, overHttp(soak), inABadWay(soak)]);
    return counts.reduce((sum, count) => sum + count);
  };
  const empty = async (): Promise<void> => {
    await using client = new SluiceClient({ server });
    await client.emptyTrash();
  };
  const rest = async (when: string): Promise<ProcessFigures> => {
    const figures = await server.atRest();
    tell(`${when}: ${figuresText(figures)}`);
    return figures;
  };
  const spare = await untilSpare(server, (idle) => idle > 1);
  const start = await rest("at the start");
  const first = await half();
  await empty();
  const before = await rest(`after ${first} operations`);
  const lastOperations = await half();
  await empty();
  const after = await rest(`after ${lastOperations} more`);
  await untilSpare(server, (idle) => idle <= spare);
  const end = await rest("after a pause");
  return { start, before, after, end, operations: first + lastOperations, lastOperations };
}

/** Tells what a soak found, in one line for a report. */
export function soakText(result: SoakResult): string {
  const { start, before, after, end, operations, lastOperations } = result;
  const grown = (grownBytes(before, after) / lastOperations).toFixed(1);
  return `${operations} operations; at the start ${figuresText(start)}; in the middle ${
    figuresText(before)
  }; at the end ${
    figuresText(after)
  } (${grown} bytes more for each operation of the second half); ` +
    `after a pause ${figuresText(end)}`;
}

/** Waits until so many workers idle and no other works; gives how many. */
async function untilSpare(
  { hostname, port }: ServerProcess,
  isWanted: (idle: number) => boolean,
): Promise<number> {
  await using client = new SluiceClient({ server: { hostname, port } });
  const wait = async (): Promise<number> => {
    for await (const { workers } of client.watch({ intervalMs: 500 })) {
      if (workers.leased === 0 && isWanted(workers.idle)) return workers.idle;
    }
    throw new Error("the server stopped");
  };
  return await withDeadline(wait(), "workers to start or to end", TRIM_DEADLINE_MS);
}

/** One client that uploads, reads back, renames, lists, searches, deletes. */
async function direct({ server, folder, endMs }: Soak, lane: number): Promise<number> {
  await using client = new SluiceClient({ server });
  const random = new SeededRandom(lane + 1);
  const [local, copy] = [folder.join(`local${lane}`), folder.join(`copy${lane}`)];
  let count = 0;
  for (; performance.now() < endMs; count++) {
    const bytes = randomBytes(pick(random, SIZES), count + 1);
    await Deno.writeFile(local, bytes);
    await client.upload(local, `lane${lane}/a`, { onConflict: "overwrite" });
    await client.download(`lane${lane}/a`, copy, { onConflict: "overwrite" });
    assert.deepEqual(await Deno.readFile(copy), bytes);
    await client.rename(`lane${lane}/a`, `lane${lane}/b`);
    await Array.fromAsync(client.list(`lane${lane}`));
    await client.checksum(`lane${lane}/b`);
    await Array.fromAsync(client.find("", { pattern: "*b*" }));
    await client.delete(`lane${lane}/b`, { permanent: count % 2 === 1 });
    // The trash has a bound of its own, which 20 minutes do not reach.
    if (lane === 0 && count % 100 === 99) await client.emptyTrash();
    await Array.fromAsync(client.history({ limit: 20 }));
    if (count % 10 === 0) client.closeIdle();
  }
  return count * 8;
}

/** A browser's way in. */
async function overHttp({ gateway, endMs }: Soak): Promise<number> {
  let count = 0;
  for (; performance.now() < endMs; count++) {
    const url = `${gateway.url}/api/files/http/${count % 5}`;
    const body = randomBytes(20_000, count + 1);
    const put = await fetch(`${url}?onConflict=overwrite`, { method: "PUT", body });
    const answer = await put.text();
    assert.ok(put.ok, `PUT got ${put.status}: ${answer}`);
    const got = await fetch(url);
    assert.deepEqual(new Uint8Array(await got.arrayBuffer()), body);
  }
  return count * 2;
}

/** Clients that reset in the middle of an upload, a download, a queue. */
async function inABadWay({ server, endMs }: Soak): Promise<number> {
  let count = 0;
  for (; performance.now() < endMs; count++) {
    const peer = await ResettingPeer.greet(server);
    const path = `bad/${count % 7}`;
    if (count % 2 === 0) {
      await peer.begin(FrameType.PUT, 1, { path, sizeBytes: 100_000, makeParents: true });
    } else {
      await peer.begin(FrameType.FIND, 1, { path: "" });
    }
    await peer.reset();
  }
  return count;
}
