import { join } from "node:path";
import { measure, peakOf, startBenchServer, taskArguments, timeDurableCopy } from "./process.ts";
import { median } from "./statistics.ts";

const SIZE_BYTES = 512 * 1024 ** 2;

/** Figures of one direction. */
export interface TransferFigures {
  readonly name: string;
  /** MB/s by the client's own clock: connect, move, verify, fsync, publish. */
  readonly rates: readonly number[];
  /** The same for a local copy that is made durable, right before each. */
  readonly copyRates: readonly number[];
  readonly clientMegabytes: number;
  readonly serverMegabytes: number;
}

/**
 * Moves 512 MiB up and down with the command line, verified and fsynced each time.
 *
 * @param folder Where to work.
 * @param rounds How often; the first round warms up and does not count.
 */
export async function benchTransfers(
  folder: string,
  rounds: number,
): Promise<readonly TransferFigures[]> {
  const root = join(folder, "root");
  const source = join(folder, "big.bin");
  await Deno.mkdir(root);
  await writeNoise(source, SIZE_BYTES);
  const client = [...await taskArguments("client.ts"), "--json"];
  const results: TransferFigures[] = [];
  for (const direction of ["upload", "download"] as const) {
    await using server = await startBenchServer(root);
    const args = [...client, direction, "--server", server.address, "--on-conflict", "overwrite"];
    const local = join(folder, "copy.bin");
    const rates: number[] = [];
    const copyRates: number[] = [];
    let clientMegabytes = 0;
    for (let round = 0; round <= rounds; round++) {
      // Without this the disk cache holds three copies, and its growth is what gets measured.
      if (direction === "upload") await removeIfThere(join(root, "big.bin"));
      else await removeIfThere(local);
      const copySeconds = await timeDurableCopy(source, join(folder, "plain-copy.bin"));
      const names = direction === "upload" ? [source] : ["big.bin", "--as", local];
      const run = await measure(Deno.execPath(), [...args, ...names]);
      clientMegabytes = Math.max(clientMegabytes, run.peakMegabytes);
      if (round === 0) continue;
      rates.push(SIZE_BYTES / 1e6 / secondsOf(run.stdout));
      copyRates.push(SIZE_BYTES / 1e6 / copySeconds);
    }
    const serverMegabytes = await peakOf(server.pid);
    const name = `${direction} 512 MiB`;
    results.push({ name, rates, copyRates, clientMegabytes, serverMegabytes });
  }
  return results;
}

/** One line of the table. */
export function transferLine(figures: TransferFigures): string {
  const { name, rates, clientMegabytes, serverMegabytes } = figures;
  const all = rates.map((rate) => rate.toFixed(0)).join(", ");
  return `${name}: median ${median(rates).toFixed(0)} MB/s (${all}); peak memory: ` +
    `server ${serverMegabytes.toFixed(0)} MB, client ${clientMegabytes.toFixed(0)} MB`;
}

function secondsOf(jsonLines: string): number {
  for (const line of jsonLines.trim().split("\n")) {
    const value = JSON.parse(line);
    if (value.type === "result") return value.seconds;
  }
  throw new Error("the client printed no result");
}

async function writeNoise(path: string, sizeBytes: number): Promise<void> {
  using file = await Deno.create(path);
  const piece = new Uint8Array(1024 * 1024);
  for (let done = 0; done < sizeBytes; done += piece.byteLength) {
    if (done % (16 * piece.byteLength) === 0) {
      for (let at = 0; at < piece.byteLength; at += 65_536) {
        crypto.getRandomValues(piece.subarray(at, at + 65_536));
      }
    }
    for (let at = 0; at < piece.byteLength;) at += await file.write(piece.subarray(at));
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
