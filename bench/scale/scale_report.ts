import { formatFigure } from "../peers/report.ts";
import {
  type CheckedPoint,
  describePoint,
  errorPercent,
  type PointFigures,
} from "./check_point.ts";
import type { Costs } from "./costs.ts";
import { estimate } from "./estimate.ts";
import { CLIENTS, type Mix } from "./predictions.ts";
import type { Deployment } from "./scenario.ts";
import type { Outcome } from "./simulate.ts";

/** When and on what a run was. */
export interface ScaleHead {
  readonly day: string;
  readonly command: string;
  readonly machine: readonly string[];
}

/** One simulated load on one deployment. */
export interface Prediction {
  readonly mix: Mix;
  readonly deployment: Deployment;
  readonly outcome: Outcome;
}

const QUIET = 0.6;
const FIGURES = ["seconds", "cpu", "peakBytes"] as const;

/** Writes what docs/scale.md says between its marks. */
export function writeScaleReport(
  head: ScaleHead,
  costs: Costs,
  points: readonly CheckedPoint[],
  predictions: readonly Prediction[],
): string {
  return [
    `Measured on ${head.day} with \`${head.command}\`.`,
    "",
    ...head.machine.map((line) => `* ${line}`),
    "",
    "### Constants, measured",
    "",
    ...constantLines(costs),
    "",
    "### The simulation beside measurements",
    "",
    ...checkLines(points),
    "",
    `### ${CLIENTS.toLocaleString("en")} clients, simulated`,
    "",
    ...predictionLines(costs, predictions),
  ].join("\n");
}

/** The largest error of all points, in %, whatever its sign; 0 of none. */
export function worstError(
  points: readonly CheckedPoint[],
  figure: keyof PointFigures,
): number {
  return points.reduce((worst, { measured, simulated }) => {
    const error = Math.abs(errorPercent(measured[figure], simulated[figure]) ?? 0);
    return Math.max(worst, error);
  }, 0);
}

function constantLines({ main, worker, client, memory }: Costs): readonly string[] {
  const row = (what: string, cost: string, how: string): string => `| ${what} | ${cost} | ${how} |`;
  const sides = (of: "requestS" | "downloadS" | "mebibyteS" | "chunkS"): string =>
    `${micro(main[of])} + ${micro(worker[of])} (client ${micro(client[of])})`;
  return [
    "| what | main thread + worker | how |",
    "|---|---|---|",
    row("a list", sides("requestS"), "2 connections list 500 and 3,000 times each"),
    row(
      "a connection: accept, hello, a worker for a moment",
      `${micro(main.connectionS)} + ${micro(worker.leaseS)} (client ${micro(client.connectionS)})`,
      "100 and 300 connections list at once; less a list",
    ),
    row(
      "a download, more than a list",
      sides("downloadS"),
      "100 and 300 connections download 64 KiB at once",
    ),
    row(
      "a MiB of a download",
      sides("mebibyteS"),
      "as many downloads of 16 and of 256 MiB as are served at once",
    ),
    row(
      "a chunk under a rate",
      sides("chunkS"),
      "24 downloads at 100 kB/s",
    ),
    row("an idle connection, each second", micro(main.idleS), "900 idle ones beside 300"),
    row("the start of a worker", `${formatFigure(worker.startS * 1000)} ms`, "22 more workers"),
    row("memory of a process", mega(memory.baseBytes), "with its 2 spare workers, warm"),
    row("memory of a connection", kilo(memory.connectionBytes), "900 idle ones beside 300"),
    row("memory of a worker", mega(memory.workerBytes), "22 more workers"),
  ];
}

function checkLines(points: readonly CheckedPoint[]): readonly string[] {
  const rows = points.map(({ point, measured, simulated }) => {
    const cells = FIGURES.map((figure) => {
      const error = errorPercent(measured[figure], simulated[figure]);
      const both = [measured[figure], simulated[figure]]
        .map((value) => formatFigure(figure === "peakBytes" ? value / 1e6 : value)).join(" / ");
      return `${both} | ${
        error === undefined ? "" : `${error > 0 ? "+" : ""}${error.toFixed(0)} %`
      }`;
    });
    return `| ${describePoint(point)} | ${cells.join(" | ")} | ` +
      `${(measured.attended * 100).toFixed(0)} % |`;
  });
  const disturbed = points.some(({ measured }) => measured.attended < QUIET);
  return [
    "Measured / simulated. The load client runs on the same cores, in both. None of these runs was used for the constants.",
    "`cores` is processor time of the server: seconds of a core until all were served or, of throttled downloads, cores in use while all flow.",
    "",
    "| work | seconds | error | cores | error | MB at most | error | had a core |",
    "|---|---|---|---|---|---|---|---|",
    ...rows,
    "",
    `Largest errors: ${worstError(points, "seconds").toFixed(0)} % of the seconds, ` +
    `${worstError(points, "cpu").toFixed(0)} % of the processor time, ` +
    `${worstError(points, "peakBytes").toFixed(0)} % of the memory.`,
    ...disturbed
      ? [
        "**The machine was not quiet**: the last column says how often the server's main thread had a core when it had work. " +
        "Under 60 % other programs took them; then the measured seconds say little, and the processor time is too high. Run it again.",
      ]
      : [],
  ];
}

function predictionLines(
  costs: Costs,
  predictions: readonly Prediction[],
): readonly string[] {
  const lines: string[] = [
    "Nothing below was measured. Cores as fast as those above, 10 Gbit/s for each server, 100 Mbit/s for each client, 64 workers and 12,000 connections for each process (with 4 of them: `--workers 256 --max-connections 48000`).",
    "Waits are from the request to its worker; `done` from the request to the last byte. Cores and memory are of one server. In brackets: the closed formula, which leaves out the starts of workers.",
    "`inside` are those who still wait or are being served at the end; who waits for 10 minutes is told `busy`.",
  ];
  for (const mix of new Set(predictions.map((prediction) => prediction.mix))) {
    lines.push(
      "",
      `**${mix.clients.name}** (${mix.seconds} s simulated)`,
      "",
      "| deployment | cores | busiest main thread | wait: median, p99 | done: median, p99 | served / inside / refused | workers | memory | MB/s |",
      "|---|---|---|---|---|---|---|---|---|",
    );
    for (const prediction of predictions) {
      if (prediction.mix === mix) lines.push(predictionLine(costs, prediction));
    }
  }
  return lines;
}

function predictionLine(costs: Costs, { mix, deployment, outcome }: Prediction): string {
  const { waitS, responseS } = outcome;
  const formula = mix.isSteady ? estimate(costs, deployment, mix.clients) : undefined;
  const beside = (value: number | undefined, unit = ""): string =>
    value === undefined ? "" : ` (${formatFigure(value)}${unit})`;
  const cells = [
    deployment.name,
    `${formatFigure(outcome.coresUsed)}${beside(formula?.cores)}`,
    `${percent(outcome.busiestMain)}${
      formula === undefined ? "" : ` (${percent(formula.mainUse)})`
    }`,
    `${time(waitS.median)}, ${time(waitS.p99)}`,
    `${time(responseS.median)}, ${time(responseS.p99)}`,
    `${outcome.served} / ${outcome.inside} / ${outcome.refused}`,
    `${outcome.workers}`,
    `${formatFigure(outcome.peakBytes / 1e9)} GB`,
    formatFigure(outcome.bytes / mix.seconds / 1e6),
  ];
  return `| ${cells.join(" | ")} |`;
}

function micro(seconds: number): string {
  return `${formatFigure(seconds * 1e6)} µs`;
}

function mega(bytes: number): string {
  return `${formatFigure(bytes / 1e6)} MB`;
}

function kilo(bytes: number): string {
  return `${formatFigure(bytes / 1e3)} kB`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function time(seconds: number): string {
  return seconds < 1 ? `${formatFigure(seconds * 1000)} ms` : `${formatFigure(seconds)} s`;
}
