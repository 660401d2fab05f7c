import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { SeededRandom } from "#tests/support/seeded_random.ts";
import { type GatewayProcess, startGatewayProcess } from "#tests/support/gateway_process.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { ResettingPeer } from "#tests/server/resetting_peer.ts";
import { FrameType } from "#protocol/frame.ts";
import { pick } from "../fuzz/case_random.ts";
import { figuresAtRest, type ProcessFigures } from "../process_figures.ts";

/** What a soak found. */
export interface SoakResult {
  /** After a warm-up, and at the end. */
  readonly before: ProcessFigures;
  readonly after: ProcessFigures;
  readonly operations: number;
}

/** What clients do all the time. */
interface Soak {
  readonly server: ServerProcess;
  readonly gateway: GatewayProcess;
  readonly folder: TempFolder;
  readonly endMs: number;
}

const CLIENTS = 6;
const SIZES = [10, 5_000, 300_000, 3_000_000];
/** A part of the time in which all that is kept is made: workers, buffers, compiled code. */
const WARM_UP_SHARE = 0.2;

/**
 * Loads a server with a mix of everything, directly and through a gateway.
 *
 * @param durationMs How long.
 * @param tell Hears of each part.
 * @returns What the server held before and after.
 */
export async function runSoak(
  durationMs: number,
  tell: (text: string) => void = () => {},
): Promise<SoakResult> {
  await using folder = await makeTempFolder();
  await Deno.mkdir(folder.join("root"));
  const flags = ["--workers", "12"];
  await using server = await startServerProcess({ root: folder.join("root"), flags });
  const part = async (ms: number): Promise<number> => {
    // It keeps connections for later, which are none of the server's faults.
    await using gateway = await startGatewayProcess({ server: server.address });
    const soak = { server, gateway, folder, endMs: performance.now() + ms };
    const lanes = Array.from({ length: CLIENTS }, (_, n) => direct(soak, n));
    const counts = await Promise.all([...lanes, overHttp(soak), inABadWay(soak)]);
    return counts.reduce((sum, count) => sum + count);
  };
  const rest = async (): Promise<ProcessFigures> => {
    await using client = new SluiceClient({ server });
    await client.emptyTrash();
    await client.close();
    return await figuresAtRest(server);
  };
  await part(durationMs * WARM_UP_SHARE);
  const before = await rest();
  tell(`after the warm-up: ${JSON.stringify(before)}`);
  const operations = await part(durationMs * (1 - WARM_UP_SHARE));
  const after = await rest();
  tell(`after ${operations} operations: ${JSON.stringify(after)}`);
  return { before, after, operations };
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
