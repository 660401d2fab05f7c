import assert from "node:assert/strict";
import { writeSparseFile } from "#tests/support/big_transfer.ts";
import { startGatewayProcess } from "#tests/support/gateway_process.ts";
import { peakMemoryBytes } from "#tests/support/peak_memory.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { curl } from "./curl.ts";

/** Larger than all the memory that the gateway may have. */
const SIZE_BYTES = 500_000_000;
const MOST_BYTES = 300e6;

Deno.test({
  name: "the gateway stays below 300 MB while 500 MB go up, down and to a reader that is slow",
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using folder = await makeTempFolder();
  const local = folder.join("big.bin");
  await writeSparseFile(local, SIZE_BYTES);
  await using server = await startServerProcess({ root: folder.join("root") });
  await using gateway = await startGatewayProcess({ server: server.address });
  const url = `${gateway.url}/api/files/big.bin`;
  const up = await curl(["-T", local, "-o", "/dev/null", "-w", "%{http_code}", url]);
  assert.deepEqual([up.code, up.stdout], [0, "201"], up.stderr);
  const slow = await fetch(url);
  const reader = slow.body?.getReader();
  await reader?.read();
  const down = await curl(["-o", "/dev/null", "-w", "%{size_download}", url]);
  assert.deepEqual([down.code, down.stdout], [0, String(SIZE_BYTES)], down.stderr);
  await reader?.cancel();
  const peak = await peakMemoryBytes(gateway.pid) ?? 0;
  assert.ok(peak > 0 && peak < MOST_BYTES, String(peak));
});
