/**
 * Sluice's own figures: `deno task bench`. Everything runs as users run it, as processes over
 * loopback, on files below the system's temp folder.
 *
 * @module
 */
import { benchStartup, startupLine } from "./startup_bench.ts";
import { benchTransfers, transferLine } from "./transfer_bench.ts";

const TRANSFER_ROUNDS = 3;
const STARTUP_ROUNDS = 15;

const folder = await Deno.makeTempDir({ prefix: "sluice-bench-" });
try {
  console.log(
    `${navigator.hardwareConcurrency} cores, ${Deno.build.target}, deno ${Deno.version.deno}`,
  );
  for (const figures of await benchTransfers(folder, TRANSFER_ROUNDS)) {
    console.log(transferLine(figures));
  }
  for (const figures of await benchStartup(folder, STARTUP_ROUNDS)) {
    console.log(startupLine(figures));
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
