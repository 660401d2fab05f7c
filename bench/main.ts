/**
 * Sluice's own figures: `deno task bench`. Everything runs as users run it, as processes over
 * loopback, on files below the system's temp folder. It fails when a figure, as a ratio to something of
 * this machine, is under half of the one in bench/baseline.json; `--save` writes that file instead.
 *
 * @module
 */
import { type BaselineFigure, fallenFigures } from "./baseline.ts";
import { benchSearch, searchLine } from "./search_bench.ts";
import { benchSmallFiles, smallFilesLine } from "./small_files_bench.ts";
import { benchStartup, startupLine } from "./startup_bench.ts";
import { median, ratiosOf } from "./statistics.ts";
import { benchTransfers, transferLine } from "./transfer_bench.ts";

const TRANSFER_ROUNDS = 2;
const SMALL_FILES_ROUNDS = 2;
const SEARCH_ROUNDS = 2;
const STARTUP_ROUNDS = 5;
const BASELINE = new URL("baseline.json", import.meta.url);

const folder = await Deno.makeTempDir({ prefix: "sluice-bench-" });
try {
  const figures = await measureAll();
  if (Deno.args.includes("--save")) await saveBaseline(figures);
  else await compare(figures);
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function measureAll(): Promise<readonly BaselineFigure[]> {
  const figures: BaselineFigure[] = [];
  const add = (name: string, ratio: number): number => figures.push({ name, ratio });
  console.log(
    `${navigator.hardwareConcurrency} cores, ${Deno.build.target}, deno ${Deno.version.deno}`,
  );
  for (const transfer of await benchTransfers(folder, TRANSFER_ROUNDS)) {
    console.log(transferLine(transfer));
    add(`${transfer.name} / cp and sync`, median(ratiosOf(transfer.rates, transfer.copyRates)));
  }
  for (const small of await benchSmallFiles(folder, SMALL_FILES_ROUNDS)) {
    console.log(smallFilesLine(small));
    const ratios = ratiosOf(small.filesPerSecond, small.copiesPerSecond);
    add(`small files, ${small.name} / cp -r`, median(ratios));
  }
  const search = await benchSearch(folder, SEARCH_ROUNDS);
  console.log(searchLine(search));
  add("search / find", search.findMs / search.allMs);
  for (const start of await benchStartup(folder, STARTUP_ROUNDS)) {
    console.log(startupLine(start));
    add(`${start.name} / deno eval`, 1 / median(start.ratios));
  }
  return figures;
}

async function compare(figures: readonly BaselineFigure[]): Promise<void> {
  const baseline = JSON.parse(await Deno.readTextFile(BASELINE));
  const fallen = fallenFigures(figures, baseline);
  for (const line of fallen) console.error(line);
  if (fallen.length > 0) Deno.exitCode = 1;
  else console.log("No figure is under half of its baseline.");
}

async function saveBaseline(figures: readonly BaselineFigure[]): Promise<void> {
  const entries = figures.map(({ name, ratio }) => [name, Number(ratio.toPrecision(3))]);
  await Deno.writeTextFile(BASELINE, JSON.stringify(Object.fromEntries(entries), null, 2) + "\n");
  console.log("bench/baseline.json was written");
}
