import { startClientProcess } from "./client_process.ts";
import { watchPeakMemory } from "./peak_memory.ts";

const PATTERN_EVERY_BYTES = 64 * 1024 * 1024;

/**
 * Writes a file that takes hardly any room: holes, with a mark in each 64 MiB.
 *
 * @param path Where.
 * @param sizeBytes How large it looks.
 */
export async function writeSparseFile(path: string, sizeBytes: number): Promise<void> {
  using file = await Deno.create(path);
  await file.truncate(sizeBytes);
  for (let at = 0; at < sizeBytes; at += PATTERN_EVERY_BYTES) {
    await file.seek(at, Deno.SeekMode.Start);
    await file.write(new TextEncoder().encode(`mark at ${at}`));
  }
}

/** What a command did and what it took. */
export interface BigTransfer {
  readonly code: number;
  readonly stderr: string;
  readonly digest: string | undefined;
  readonly seconds: number;
  /** Highest resident set of the client that was seen. */
  readonly clientPeakBytes: number;
}

/**
 * Runs one transfer of the command line and watches its memory.
 *
 * @param address `HOST:PORT` of the server.
 * @param args What a user would type.
 * @returns What came of it.
 */
export async function runBigTransfer(
  address: string,
  args: readonly string[],
): Promise<BigTransfer> {
  await using client = await startClientProcess(address, args);
  const clientPeakBytes = await watchPeakMemory(client.pid, client.ended);
  const { code } = await client.ended;
  const result = client.records().find(({ type }) => type === "result");
  return {
    code,
    stderr: client.stderr.text,
    digest: result?.digest === undefined ? undefined : `${result.digest}`,
    seconds: Number(result?.seconds),
    clientPeakBytes,
  };
}
