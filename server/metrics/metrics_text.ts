import { ERROR_CODE_NAMES } from "#protocol/error_code.ts";
import type { Snapshot } from "#protocol/replies.ts";
import { REFUSALS } from "../admission/admission_counts.ts";
import { OFFENCES } from "../admission/offence.ts";
import type { WriteLimits } from "../limits/write_limits.ts";
import { OPERATIONS } from "../operation.ts";
import { Exposition, type Format } from "./exposition.ts";
import type { MemoryUse, ObservedCounts, RoomView } from "./observed_counts.ts";
import { ALL_OUTCOMES, RequestTally } from "./request_tally.ts";

/** What the text is made of; looked at only when somebody asks. */
export interface MetricsSources {
  /** All numbers of the live state. */
  readonly counts: () => Omit<Snapshot, "operations" | "sequence">;
  readonly limits: () => WriteLimits;
  /** What was counted besides. */
  readonly observed: () => ObservedCounts;
}

/**
 * Writes all metrics of a server.
 *
 * @param sources Where they come from.
 * @param format Which form.
 * @returns The whole answer.
 */
export function metricsText(sources: MetricsSources, format: Format): string {
  const text = new Exposition(format);
  const counts = sources.counts();
  const observed = sources.observed();
  const tally = RequestTally.of(observed.tally);
  addProcess(text, counts, observed.memory);
  addConnections(text, observed, counts);
  addAdmission(text, observed);
  addFailures(text, tally);
  addFlow(text, tally, counts);
  addRequests(text, tally);
  addRoom(text, observed.room, sources.limits());
  return text.end();
}

type Counts = ReturnType<MetricsSources["counts"]>;

function addProcess(text: Exposition, counts: Counts, memory: MemoryUse): void {
  const { rss, heapUsed, heapTotal, external } = memory;
  text.info({ name: "sluice_build", help: "The program and what it runs on." }, {
    agent: counts.agent,
    runtime: `deno ${Deno.version.deno}`,
  });
  text.gauge(
    { name: "sluice_uptime_seconds", help: "Time since the server started.", unit: "seconds" },
    [counts.uptimeSeconds],
  );
  text.gauge(
    { name: "sluice_memory_bytes", help: "Memory of all processes.", unit: "bytes" },
    [rss, { kind: "resident" }],
    [heapUsed, { kind: "main_heap_used" }],
    [heapTotal, { kind: "main_heap" }],
    [external, { kind: "external" }],
  );
}

function addConnections(text: Exposition, observed: ObservedCounts, counts: Counts): void {
  const { connections, workers, processes } = counts;
  const { accepted, workersLost } = observed;
  const gauge = (name: string, help: string, value: number): void =>
    text.gauge({ name: `sluice_${name}`, help }, [value]);
  gauge("connections", "Open connections.", connections.open);
  gauge("connections_limit", "Most open connections.", connections.max);
  text.gauge(
    { name: "sluice_workers", help: "Workers that serve a connection, and that wait for one." },
    [workers.leased, { state: "leased" }],
    [workers.idle, { state: "idle" }],
  );
  gauge("workers_limit", "Most workers.", workers.limit);
  gauge("queue_length", "Connections that wait for a worker.", counts.waiting);
  gauge("transfers", "Connections that are being served.", counts.transfers);
  text.counter(
    { name: "sluice_connections_accepted", help: "Connections since the start." },
    [accepted],
  );
  text.counter({ name: "sluice_workers_lost", help: "Workers that failed or hung." }, [
    workersLost,
  ]);
  gauge("processes", "Server processes that accept connections.", processes?.running ?? 1);
}

/** What was decided of connections by who and how many came: all of it is counted once, where it is decided. */
function addAdmission(text: Exposition, { admission, unfinished }: ObservedCounts): void {
  const { refused, untold, offences } = admission;
  text.counter(
    { name: "sluice_connections_refused", help: "Connections that were not let in." },
    ...REFUSALS.map((reason) => [refused[reason], { reason }] as const),
  );
  text.counter(
    { name: "sluice_connections_untold", help: "Of those refused, the ones that were not told." },
    [untold],
  );
  text.counter(
    { name: "sluice_offences", help: "What peers did wrong." },
    ...OFFENCES.map((offence) => [offences[offence], { offence }] as const),
  );
  const help = "TLS handshakes given up or refused that wait for their peers to leave.";
  text.gauge({ name: "sluice_handshakes_unfinished", help }, [unfinished]);
}

function addFailures(text: Exposition, tally: RequestTally): void {
  const ended = [true, false].flatMap((isEarly) =>
    ERROR_CODE_NAMES.flatMap((code) => {
      const count = tally.ended(code, isEarly);
      return count === 0 ? [] : [[count, { code, phase: isEarly ? "hello" : "session" }] as const];
    })
  );
  text.counter(
    { name: "sluice_connections_ended", help: "Connections that the server ended by an error." },
    ...ended,
  );
  const unserved = ERROR_CODE_NAMES.flatMap((code) => {
    const count = tally.unserved(code);
    return count === 0 ? [] : [[count, { code }] as const];
  });
  const help =
    "Requests refused before a worker saw them, such as those that a role does not allow.";
  text.counter({ name: "sluice_requests_refused", help }, ...unserved);
}

function addFlow(text: Exposition, tally: RequestTally, counts: Counts): void {
  const { bytes, rates, throttle } = counts;
  text.counter(
    { name: "sluice_network_bytes", help: "Bytes of frames, with their headers.", unit: "bytes" },
    [bytes.up, { direction: "up" }],
    [bytes.down, { direction: "down" }],
  );
  const { up, down } = tally.fileBytes;
  text.counter(
    { name: "sluice_file_bytes", help: "Bytes of files moved by ended requests.", unit: "bytes" },
    [up, { direction: "up" }],
    [down, { direction: "down" }],
  );
  const unit = "bytes_per_second";
  text.gauge(
    { name: `sluice_flow_${unit}`, help: "Rates over the last one or two seconds.", unit },
    [rates.up, { direction: "up" }],
    [rates.down, { direction: "down" }],
  );
  text.gauge(
    { name: `sluice_throttle_${unit}`, help: "Limits on flow, 0 for none.", unit },
    [throttle.rate, { scope: "server" }],
    [throttle.ratePerConnection, { scope: "connection" }],
  );
  text.counter(
    { name: "sluice_changes", help: "Names that appeared, vanished or got another content." },
    [counts.changes],
  );
  text.counter({ name: "sluice_history_records", help: "Records that the history has got." }, [
    counts.historyRecords,
  ]);
}

function addRequests(text: Exposition, tally: RequestTally): void {
  const samples = OPERATIONS.flatMap((operation) =>
    ALL_OUTCOMES.flatMap((outcome) => {
      const count = tally.requests(operation, outcome);
      return count === 0 ? [] : [[count, { operation, outcome }] as const];
    })
  );
  text.counter({ name: "sluice_requests", help: "Requests that have ended." }, ...samples);
  const seconds = (name: string, help: string) =>
    ({ name: `sluice_${name}_seconds`, help, unit: "seconds" }) as const;
  const used = OPERATIONS.filter((operation) =>
    ALL_OUTCOMES.some((outcome) => tally.requests(operation, outcome) > 0)
  );
  text.histogram(
    seconds("request", "How long requests took."),
    ...used.map((operation) => [tally.times(operation), { operation }] as const),
  );
  text.histogram(seconds("queue_wait", "Time waited for a worker."), [tally.times("queue")]);
  text.histogram(seconds("sync", "Time for making files durable."), [tally.times("sync")]);
  text.histogram(
    seconds("event_loop_lag", "How late timers of the main thread were."),
    [tally.times("lag")],
  );
}

function addRoom(text: Exposition, room: RoomView, limits: WriteLimits): void {
  const { quotaBytes, reserveBytes } = limits;
  const gauge = (name: string, help: string, value: number): void =>
    text.gauge({ name: `sluice_${name}_bytes`, help, unit: "bytes" }, [value]);
  gauge("quota", "Most bytes below root, 0 for no limit.", quotaBytes);
  gauge("reserve", "Bytes of the disk that stay free, 0 for none.", reserveBytes);
  if (room.isMeasured) gauge("root_used", "Bytes of all files below root.", room.usedBytes);
  if (reserveBytes > 0) gauge("disk_free", "Free bytes of root's disk.", room.freeBytes);
}
