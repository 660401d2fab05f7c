import assert from "node:assert/strict";
import { insertReport } from "#bench/peers/report.ts";
import { type CheckedPoint, errorPercent } from "#bench/scale/check_point.ts";
import { type Costs, FREE } from "#bench/scale/costs.ts";
import { estimate, memoryBytes } from "#bench/scale/estimate.ts";
import { DEPLOYMENTS, MIXES } from "#bench/scale/predictions.ts";
import { parseReading } from "#bench/scale/process_reading.ts";
import { LIST } from "#bench/scale/request_kind.ts";
import { worstError, writeScaleReport } from "#bench/scale/scale_report.ts";
import { simulate } from "#bench/scale/simulate.ts";
import { simulatePoint } from "#bench/scale/simulate_point.ts";

const COSTS: Costs = {
  main: {
    requestS: 1e-4,
    downloadS: 1e-4,
    mebibyteS: 3e-4,
    chunkS: 2e-4,
    connectionS: 2e-4,
    idleS: 5e-7,
  },
  worker: {
    requestS: 2e-4,
    downloadS: 1e-3,
    mebibyteS: 2e-4,
    chunkS: 6e-4,
    startS: 0.07,
    leaseS: 0,
  },
  client: { requestS: 3e-5, downloadS: 0, mebibyteS: 3e-4, chunkS: 1e-4, connectionS: 2e-4 },
  memory: { baseBytes: 150e6, connectionBytes: 40e3, workerBytes: 17e6 },
};

const [SMALLEST] = DEPLOYMENTS;
const [MIX] = MIXES;
if (SMALLEST === undefined || MIX === undefined) throw new Error("there is nothing to predict");

Deno.test("estimate() adds up rates and costs, and simulate() uses about as many cores", () => {
  const clients = {
    ...MIX.clients,
    count: 500,
    arrivals: { how: "at once", afterS: 1 },
    mix: [{ kind: LIST, weight: 1 }],
    thinkS: 1,
  } as const;
  const estimated = estimate(COSTS, SMALLEST, clients);
  assert.equal(estimated.requestsPerSecond, 500);
  assert.ok(Math.abs(estimated.mainUse - (500 * 1e-4 + 500 * 5e-7)) < 1e-12);
  assert.ok(Math.abs(estimated.cores - (500 * 3e-4 + 500 * 5e-7)) < 1e-12);
  const scenario = { seed: 9, seconds: 21, deployment: SMALLEST, clients };
  const costs = { ...COSTS, worker: { ...COSTS.worker, startS: 0 } };
  const simulated = simulate({ ...scenario, costs });
  assert.ok(Math.abs(simulated.coresUsed / estimated.cores - 1) < 0.05, `${simulated.coresUsed}`);
});

Deno.test("memoryBytes() counts connections and the workers beyond the spare ones", () => {
  assert.equal(memoryBytes(COSTS, 1_000, 64), 150e6 + 1_000 * 40e3 + 62 * 17e6);
  assert.equal(memoryBytes(COSTS, 0, 0), 150e6);
});

Deno.test("simulatePoint() gives each kind of point a time, processor time and memory", () => {
  for (const kind of ["lists", "streams", "throttled"] as const) {
    const { seconds, cpu, peakBytes } = simulatePoint(COSTS, { kind, count: 4 }, 2);
    assert.ok(seconds > 0 && seconds < 5, `${kind}: ${seconds} s`);
    assert.ok(cpu > 0 && cpu < 2, `${kind}: ${cpu}`);
    assert.ok(peakBytes >= COSTS.memory.baseBytes, kind);
  }
});

Deno.test("parseReading() finds times of the first thread and of all, and memory", () => {
  const stat = "7 (a) b) S 1 1 1 0 -1 4194560 9 9 9 9 150 50 20 5 20 0 1 0 7";
  const status = "VmHWM:\t  2000 kB\nVmRSS:\t  1000 kB\n";
  assert.deepEqual(parseReading(`1500000000 500000000 12\n${stat}\n${status}`), {
    mainS: 1.5,
    mainWaitedS: 0.5,
    totalS: 2,
    residentBytes: 1000 * 1024,
    peakBytes: 2000 * 1024,
  });
});

Deno.test("errorPercent() says by how much a simulation is off, and nothing without a measurement", () => {
  assert.equal(errorPercent(2, 3), 50);
  assert.equal(errorPercent(4, 3), -25);
  assert.equal(errorPercent(0, 3), undefined);
});

Deno.test("writeScaleReport() states its largest errors, and when the machine was not quiet", () => {
  const point = (attended: number): CheckedPoint => ({
    point: { kind: "lists", count: 50 },
    measured: { seconds: 1, cpu: 2, peakBytes: 100e6, attended },
    simulated: { seconds: 0.9, cpu: 3, peakBytes: 101e6 },
  });
  const head = { day: "2026-01-31", command: "deno task bench:scale", machine: ["a machine"] };
  const outcome = simulate({ ...MIX, deployment: SMALLEST, costs: FREE, seed: 1, seconds: 1 });
  const predictions = [{ mix: MIX, deployment: SMALLEST, outcome }];
  const write = (attended: number): string =>
    writeScaleReport(head, COSTS, [point(attended)], predictions);
  assert.equal(worstError([point(1)], "cpu"), 50);
  const row = "| 50 connections list at once | 1.00 / 0.90 | -10 % | 2.00 / 3.00 | +50 % | " +
    "100 / 101 | +1 % | 90 % |";
  assert.ok(write(0.9).split("\n").includes(row));
  assert.ok(write(0.9).includes("Largest errors: 10 % of the seconds, 50 % of the processor time"));
  assert.ok(!write(0.9).includes("not quiet"));
  assert.ok(write(0.3).includes("not quiet"));
  const tables = write(0.9).split("\n").filter((line) => line.startsWith("| "));
  assert.ok(tables.some((line) => line.startsWith(`| ${SMALLEST.name} |`)));
});

Deno.test("insertReport() keeps the places of two tasks apart", () => {
  const page = insertReport(insertReport("# Page\n", "one"), "two", "bench:scale");
  assert.ok(page.includes("bench:peers: begin -->\none\n"));
  assert.ok(page.includes("bench:scale: begin -->\ntwo\n"));
  assert.equal(insertReport(page, "two", "bench:scale"), page);
});
