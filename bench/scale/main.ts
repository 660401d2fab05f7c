/**
 * How far Sluice scales: `deno task bench:scale` measures what things cost on this machine, checks the
 * simulation beside measurements, and simulates 10,000 clients. It writes docs/scale.md between its marks
 * (`--no-write` leaves it alone).
 *
 * @module
 */
import { join } from "node:path";
import { describeMachine } from "../peers/machine.ts";
import { Processes } from "../peers/processes.ts";
import { insertReport } from "../peers/report.ts";
import { PROJECT_FOLDER } from "../process.ts";
import { makeScaleWorld } from "./bench_world.ts";
import { calibrate } from "./calibrate.ts";
import { CHECK_POINTS, type CheckedPoint, describePoint } from "./check_point.ts";
import type { Costs } from "./costs.ts";
import { measurePoint } from "./measure_point.ts";
import { DEPLOYMENTS, MIXES, predict } from "./predictions.ts";
import { type Prediction, writeScaleReport } from "./scale_report.ts";
import { simulatePoint } from "./simulate_point.ts";

const PAGE = join(PROJECT_FOLDER, "docs", "scale.md");
const TASK = "bench:scale";

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => arg !== "--no-write");
  if (unknown !== undefined || Deno.build.os !== "linux") {
    say(unknown === undefined ? "Cannot measure here: it needs Linux" : `unknown flag: ${unknown}`);
    return 2;
  }
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sluice-scale-" }));
  const processes = new Processes();
  const interrupt = (): void => void processes[Symbol.asyncDispose]();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, interrupt);
  try {
    const report = await measureAll(folder, processes);
    console.log(report);
    if (args.length > 0) return 0;
    await Deno.writeTextFile(PAGE, insertReport(await Deno.readTextFile(PAGE), report, TASK));
    say("docs/scale.md is up to date");
    return 0;
  } catch (error) {
    if (processes.isClosed) return 130;
    say(error instanceof Error ? error.message : `${error}`);
    return 1;
  } finally {
    await processes[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
}

async function measureAll(folder: string, processes: Processes): Promise<string> {
  const world = await makeScaleWorld(folder, processes, say);
  const described = await describeMachine(processes, world.tools, folder);
  const machine = described.map((line) => line.replace(/; $/, ""));
  const costs = await calibrate(world);
  const points: CheckedPoint[] = [];
  for (const point of CHECK_POINTS) {
    say(`measuring: ${describePoint(point)}`);
    const measured = await measurePoint(world, point);
    points.push({ point, measured, simulated: simulatePoint(costs, point, coresHere()) });
  }
  const predictions = predictAll(costs);
  const day = new Date().toISOString().slice(0, 10);
  return writeScaleReport(
    { day, command: `deno task ${TASK}`, machine },
    costs,
    points,
    predictions,
  );
}

function predictAll(costs: Costs): Prediction[] {
  return MIXES.flatMap((mix) => {
    say(`simulating: ${mix.clients.name}`);
    return DEPLOYMENTS.map((deployment) => ({
      mix,
      deployment,
      outcome: predict(costs, mix, deployment),
    }));
  });
}

function coresHere(): number {
  return navigator.hardwareConcurrency;
}

function say(line: string): void {
  console.error(line);
}
