/**
 * Moves a file of 10 GiB to a server and back, and prints the highest resident sets of both
 * processes: `deno run --allow-read --allow-write --allow-run --allow-env bench/memory_flat.ts [GiB] [FOLDER]`.
 * It takes room for three such files.
 *
 * @module
 */
import { formatBytes } from "#protocol/byte_units.ts";
import { type BigTransfer, runBigTransfer, writeSparseFile } from "#tests/support/big_transfer.ts";
import { peakMemoryBytes } from "#tests/support/peak_memory.ts";
import { startServerProcess } from "#tests/support/server_process.ts";

const [gibibytes = "10", parent] = Deno.args;
const sizeBytes = Number(gibibytes) * 1024 ** 3;
const folder = await Deno.makeTempDir({
  prefix: "sluice-memory-",
  ...(parent === undefined ? {} : { dir: parent }),
});
try {
  await writeSparseFile(`${folder}/a.bin`, sizeBytes);
  await using server = await startServerProcess({ root: `${folder}/root` });
  const up = await runBigTransfer(server.address, ["upload", `${folder}/a.bin`]);
  await report("upload", up, server.pid);
  const back = ["download", "a.bin", "--as", `${folder}/back.bin`];
  const down = await runBigTransfer(server.address, back);
  await report("download", down, server.pid);
  if (up.digest !== down.digest) throw new Error("the file came back with another digest");
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function report(name: string, transfer: BigTransfer, serverPid: number): Promise<void> {
  if (transfer.code !== 0) throw new Error(`${name} failed: ${transfer.stderr}`);
  const serverPeakBytes = await peakMemoryBytes(serverPid) ?? 0;
  console.log(
    `${name} of ${formatBytes(sizeBytes)} in ${transfer.seconds.toFixed(1)} s: client at most ` +
      `${formatBytes(transfer.clientPeakBytes)}, server so far ${formatBytes(serverPeakBytes)}`,
  );
}
