import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import type { ServerAddress } from "#client/types.ts";
import { runCommand } from "#tests/support/run_command.ts";
import {
  type ServerProcess,
  type ServerProcessOptions,
  startServerProcess,
} from "#tests/support/server_process.ts";
import { untilServerRests } from "#tests/support/state_folder.ts";
import type { MeasuredHeap } from "./measured/heap.ts";

/** What a server holds of its machine; descriptors and threads are 0 on systems without /proc. */
export interface ProcessFigures extends MeasuredHeap {
  readonly descriptors: number;
  /** Those of workers; Deno starts others for file calls, and ends them by itself. */
  readonly threads: number;
  /** Idle workers that are kept for later; how many depends on what was asked at the same time. */
  readonly workers: number;
}

/** A server that can be looked at. */
export interface MeasuredServer extends ServerProcess {
  /** Waits until it has nothing to do for anybody, and has collected its garbage. */
  atRest(access?: MeasuredAccess): Promise<ProcessFigures>;
}

/** What a client of it needs. */
export interface MeasuredAccess extends Pick<ServerAddress, "tls"> {
  readonly token?: string;
}

/** What each worker opens: its lock, its database and its event loop; its thread. */
const PER_WORKER = { descriptors: 10, threads: 1 } as const;
/** Of those, what a worker opens when it first needs it: the lock, the database and its journals. */
const OPENED_LATER = 4;
/** An event loop of its own that the main thread makes when it first needs it. */
const OPENED_BY_MAIN = 2;
/** What heaps differ by chance, whatever was done: compiled code, buffers that wait for their next use. */
const NOISE_BYTES = 12 * 1024 * 1024;
/** Free space that V8 keeps of each heap for later; it comes and goes, and is no figure of a leak. */
const FREE_PER_HEAP_BYTES = 96 * 1024 * 1024;

/**
 * Starts the real server so that it can be asked what it holds.
 *
 * @param options What to serve and how.
 * @returns The running server.
 */
export async function startMeasuredServer(options: ServerProcessOptions): Promise<MeasuredServer> {
  const program = ["--v8-flags=--expose-gc", "tests/hardening/measured/server.ts"];
  const server = await startServerProcess({ ...options, program });
  let count = 0;
  const atRest = async ({ tls, token }: MeasuredAccess = {}): Promise<ProcessFigures> => {
    const { hostname, port } = server;
    const address = { hostname, port, ...(tls === undefined ? {} : { tls }) };
    await untilServerRests(address, token);
    const workers = await idleWorkers(address, token);
    server.kill("SIGUSR2");
    const mark = `measured ${++count} `;
    const line = await server.waitForLog((text) => text.startsWith(mark), "the server's figures");
    return { ...JSON.parse(line.slice(mark.length)), workers, ...await countKernel(server.pid) };
  };
  return { ...server, atRest };
}

/**
 * Asserts that a server that did the same twice holds no more after the second time: what is kept once
 * was there after the first, so that what is lost with each case would show.
 *
 * @param before What it held after the first time.
 * @param after What it holds after the second.
 * @param cases How many there were the second time.
 * @param mostBytes What may be lost for each.
 * @param noiseBytes What heaps may differ by chance besides. @default 12 MiB, for all workers at work
 */
export function assertNoGrowth(
  before: ProcessFigures,
  after: ProcessFigures,
  cases: number,
  mostBytes: number,
  noiseBytes = NOISE_BYTES,
): void {
  const shown = `${figuresText(before)}; then ${figuresText(after)}`;
  const more = Math.max(0, after.workers - before.workers);
  const later = before.workers * OPENED_LATER + more * PER_WORKER.descriptors;
  const descriptors = after.descriptors - before.descriptors - later;
  assert.ok(descriptors <= 0, `descriptors are left open: ${shown}`);
  const threads = after.threads - before.threads - more * PER_WORKER.threads;
  assert.ok(threads <= 0, `threads are left: ${shown}`);
  const bytes = grownBytes(before, after);
  const most = noiseBytes + cases * mostBytes;
  assert.ok(bytes < most, `${bytes} bytes are lost with ${cases} cases: ${shown}`);
  const resident = after.residentBytes - before.residentBytes;
  const free = FREE_PER_HEAP_BYTES * (after.workers + 1);
  assert.ok(resident < free, `the process holds more, though its heaps do not: ${shown}`);
}

/**
 * Asserts that a server that was given time has let go of all that it needed.
 *
 * @param start What it held before it had done anything.
 * @param end What it holds.
 * @param mostWorkers How many there may have been at a time. Of each that ended SQLite keeps one descriptor while
 * others use the same database (closing one would drop their locks), and gives it to the next one.
 */
export function assertBackAtStart(
  start: ProcessFigures,
  end: ProcessFigures,
  mostWorkers: number,
): void {
  const shown = `${figuresText(start)}; then ${figuresText(end)}`;
  assert.ok(end.workers <= start.workers && end.threads <= start.threads, shown);
  const kept = start.workers * OPENED_LATER + mostWorkers + OPENED_BY_MAIN;
  assert.ok(end.descriptors <= start.descriptors + kept, `descriptors are left open: ${shown}`);
}

/**
 * How much more is held, as if each worker had grown like the one that has most: workers come and go,
 * and a fresh one must not make up for what an old one has lost.
 *
 * @param before What was held.
 * @param after What is held.
 */
export function grownBytes(before: ProcessFigures, after: ProcessFigures): number {
  const most = ({ workerBytes }: ProcessFigures): number => Math.max(0, ...workerBytes);
  const ofWorkers = (most(after) - most(before)) * after.workerBytes.length;
  return after.mainBytes - before.mainBytes + ofWorkers;
}

/** Shows figures for a report. */
export function figuresText(figures: ProcessFigures): string {
  const { residentBytes, descriptors, threads, workers, mainBytes, workerBytes } = figures;
  const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
  const heaps = workerBytes.map(mebibytes).join(" ");
  return `main ${mebibytes(mainBytes)} MiB, workers ${heaps} MiB, resident ${
    mebibytes(residentBytes)
  } MiB, ${descriptors} descriptors, ${threads} threads of ${workers} workers`;
}

async function countKernel(
  pid: number,
): Promise<Pick<ProcessFigures, "descriptors" | "threads">> {
  if (Deno.build.os !== "linux") return { descriptors: 0, threads: 0 };
  // Deno keeps /proc from programs with scoped permissions, so other programs look.
  const { stdout } = await runCommand("ls", [`/proc/${pid}/fd`]);
  return { descriptors: stdout.trim().split("\n").length, threads: await workerThreads(pid) };
}

async function idleWorkers(server: ServerAddress, token: string | undefined): Promise<number> {
  await using client = new SluiceClient({ server, ...(token === undefined ? {} : { token }) });
  return (await client.status()).workers.idle;
}

async function workerThreads(pid: number): Promise<number> {
  const script = 'cat /proc/"$1"/task/*/comm';
  const { stdout } = await runCommand("sh", ["-c", script, "sh", `${pid}`]);
  return stdout.split("\n").filter((name) => name.startsWith("worker-")).length;
}
