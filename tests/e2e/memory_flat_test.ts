import assert from "node:assert/strict";
import { runBigTransfer, writeSparseFile } from "#tests/support/big_transfer.ts";
import { peakMemoryBytes } from "#tests/support/peak_memory.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

/** Larger than all the memory that the processes may have; bench/memory_flat.ts takes 10 GiB. */
const SIZE_BYTES = 512 * 1024 * 1024;
const MOST_BYTES = 250e6;

Deno.test({
  name: "server and client stay below 250 MB while a file of 512 MiB goes up and down",
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using folder = await makeTempFolder();
  const [local, back] = [folder.join("a.bin"), folder.join("back.bin")];
  await writeSparseFile(local, SIZE_BYTES);
  await using server = await startServerProcess({ root: folder.join("root") });
  const up = await runBigTransfer(server.address, ["upload", local]);
  assert.equal(up.code, 0, up.stderr);
  await Deno.remove(local);
  const down = await runBigTransfer(server.address, ["download", "a.bin", "--as", back]);
  assert.equal(down.code, 0, down.stderr);
  assert.equal(down.digest, up.digest);
  assert.equal((await Deno.stat(back)).size, SIZE_BYTES);
  const peaks = {
    server: await peakMemoryBytes(server.pid) ?? 0,
    upload: up.clientPeakBytes,
    download: down.clientPeakBytes,
  };
  for (const peakBytes of Object.values(peaks)) {
    assert.ok(peakBytes > 0 && peakBytes < MOST_BYTES, JSON.stringify(peaks));
  }
});
