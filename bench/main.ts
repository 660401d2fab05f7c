/**
 * Sluice's own figures: `deno task bench`. Everything runs as users run it, as processes over
 * loopback, on files below the system's temp folder.
 *
 * @module
 */
import { benchSearch, searchLine } from "./search_bench.ts";
import { benchSmallFiles, smallFilesLine } from "./small_files_bench.ts";
import { benchStartup, startupLine } from "./startup_bench.ts";
import { benchTransfers, transferLine } from "./transfer_bench.ts";

const TRANSFER_ROUNDS = 3;
const SMALL_FILES_ROUNDS = 2;
const SEARCH_ROUNDS = 2;
const STARTUP_ROUNDS = 9;

const folder = await Deno.makeTempDir({ prefix: "sluice-bench-" });
try {
  console.log(
    `${navigator.hardwareConcurrency} cores, ${Deno.build.target}, deno ${Deno.version.deno}`,
  );
  for (const figures of await benchTransfers(folder, TRANSFER_ROUNDS)) {
    console.log(transferLine(figures));
  }
  for (const figures of await benchSmallFiles(folder, SMALL_FILES_ROUNDS)) {
    console.log(smallFilesLine(figures));
  }
  console.log(searchLine(await benchSearch(folder, SEARCH_ROUNDS)));
  for (const figures of await benchStartup(folder, STARTUP_ROUNDS)) {
    console.log(startupLine(figures));
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
