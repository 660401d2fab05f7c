import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { residentBytes } from "#tests/support/process_memory.ts";
import { runCommand } from "#tests/support/run_command.ts";
import { untilServerRests } from "#tests/support/state_folder.ts";

/** What a process holds of its machine; all 0 on systems without /proc. */
export interface ProcessFigures {
  readonly residentBytes: number;
  readonly descriptors: number;
  /** Those of workers; Deno starts others for file calls, and ends them by itself. */
  readonly threads: number;
  /** Idle workers that are kept for later; how many depends on what was asked at the same time. */
  readonly workers: number;
}

/** What each worker takes: its lock, its database and its event loop; its thread; its heap. */
const PER_WORKER = { descriptors: 10, threads: 1, residentBytes: 16 * 1024 * 1024 } as const;
/** Of those, what a worker opens when it first needs it: the lock, the database and its journals. */
const OPENED_LATER = 4;

/**
 * Looks at a server that has nothing to do.
 *
 * @param server The server.
 * @returns What it holds once all its clients are gone and its workers are given back.
 */
export async function figuresAtRest(
  server: { readonly hostname: string; readonly port: number; readonly pid: number },
): Promise<ProcessFigures> {
  await untilServerRests(server);
  const workers = await idleWorkers(server);
  if (Deno.build.os !== "linux") return { residentBytes: 0, descriptors: 0, threads: 0, workers };
  // Deno keeps /proc from programs with scoped permissions, so other programs look.
  const count = async (what: string): Promise<number> =>
    (await runCommand("ls", [`/proc/${server.pid}/${what}`])).stdout.trim().split("\n").length;
  return {
    residentBytes: await residentBytes(server.pid),
    descriptors: await count("fd"),
    threads: await workerThreads(server.pid),
    workers,
  };
}

/**
 * Asserts that a server holds no more than before, besides what its workers hold.
 *
 * @param before What it held.
 * @param after What it holds.
 * @param slackBytes What a heap may be larger by chance between two collections.
 */
export function assertNoGrowth(
  before: ProcessFigures,
  after: ProcessFigures,
  slackBytes: number,
): void {
  const more = Math.max(0, after.workers - before.workers);
  const shown = `${figuresText(before)}; then ${figuresText(after)}`;
  const later = before.workers * OPENED_LATER + more * PER_WORKER.descriptors;
  const descriptors = after.descriptors - before.descriptors - later;
  assert.ok(descriptors <= 0, `descriptors are left open: ${shown}`);
  const threads = after.threads - before.threads - more * PER_WORKER.threads;
  assert.ok(threads <= 0, `threads are left: ${shown}`);
  const bytes = after.residentBytes - before.residentBytes - more * PER_WORKER.residentBytes;
  assert.ok(bytes < slackBytes, `memory has grown: ${shown}`);
}

/** Shows figures for a report. */
export function figuresText(figures: ProcessFigures): string {
  const { residentBytes, descriptors, threads, workers } = figures;
  const mebibytes = Math.round(residentBytes / 1024 / 1024);
  return `${mebibytes} MiB, ${descriptors} descriptors, ${threads} threads of ${workers} workers`;
}

async function idleWorkers(
  server: { readonly hostname: string; readonly port: number },
): Promise<number> {
  const { hostname, port } = server;
  await using client = new SluiceClient({ server: { hostname, port } });
  return (await client.status()).workers.idle;
}

async function workerThreads(pid: number): Promise<number> {
  const script = 'cat /proc/"$1"/task/*/comm';
  const { stdout } = await runCommand("sh", ["-c", script, "sh", `${pid}`]);
  return stdout.split("\n").filter((name) => name.startsWith("worker-")).length;
}
