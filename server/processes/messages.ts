import * as v from "valibot";
import { OperationsSchema } from "#protocol/replies.ts";
import type { TlsCertificate } from "#protocol/tls_certificate.ts";
import { type ThrottleChange, ThrottleSchema } from "#protocol/throttle.ts";
import type { LogFormat, LogLevel, LogOptions } from "../log_output.ts";
import { REFUSALS } from "../admission/admission_counts.ts";
import { OFFENCES } from "../admission/offence.ts";
import type { ObservedCounts } from "../metrics/observed_counts.ts";
import type { ServerSettings } from "../server_options.ts";
import type { FleetCounts, FleetLimits, FleetMember } from "./fleet.ts";

/** A line of JSON may be this long: far more than a list of connections takes. */
const MAX_LINE_CHARACTERS = 4 * 1024 * 1024;
/** More than a tally has. */
const MAX_TALLY_CELLS = 10_000;

/** What of a process's settings may change while it runs. */
export type LiveShare = Pick<ServerSettings, "throttle" | "limits" | "maxConnections">;

/** What the first process tells another one, a line of JSON on its stdin; the end of it means: stop. */
export type ToProcess =
  | {
    readonly type: "start";
    readonly settings: ServerSettings;
    readonly member: FleetMember;
    readonly logFormat: LogFormat;
    readonly log: LogOptions;
  }
  /** What the others count together. */
  | {
    readonly type: "others";
    readonly counts: FleetCounts;
    /** Processes that are there, with this one. */
    readonly running: number;
    /** Whether somebody watches another one, so that connections are to be listed. */
    readonly isWatched: boolean;
  }
  /** The limits have changed: what of them this process has, and what all have together. */
  | {
    readonly type: "limits";
    readonly settings: LiveShare;
    readonly fleet: FleetLimits;
  }
  /** Another least level of the log. */
  | { readonly type: "logLevel"; readonly level: LogLevel }
  /** Another program has put the audit log aside. */
  | { readonly type: "reopenAudit" }
  /** New connections get another certificate. */
  | { readonly type: "certificate"; readonly tls: TlsCertificate }
  /** Stop; the second time, at once. */
  | { readonly type: "stop" };

/** What a process tells the first one, a line of JSON on its stdout. */
export type FromProcess =
  | { readonly type: "ready"; readonly pid: number; readonly runtime: string }
  /** It cannot start. */
  | { readonly type: "failed"; readonly message: string }
  /** Comes whenever something changed, and every second as a sign of life. */
  | {
    readonly type: "counts";
    readonly counts: FleetCounts;
    readonly isWatched: boolean;
    /** Only when metrics are served. */
    readonly observed?: ObservedCounts | undefined;
  }
  /** A client that may do so has changed the rates of the whole server. */
  | { readonly type: "throttle"; readonly change: ThrottleChange };

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const number = v.pipe(v.number(), v.safeInteger());
const flow = v.object({ up: v.pipe(v.number(), v.finite()), down: v.pipe(v.number(), v.finite()) });
const FromProcessSchema: v.GenericSchema<unknown, FromProcess> = v.variant("type", [
  v.object({ type: v.literal("ready"), pid: count, runtime: v.string() }),
  v.object({ type: v.literal("failed"), message: v.string() }),
  v.object({
    type: v.literal("counts"),
    counts: v.object({
      connections: count,
      leased: count,
      idle: count,
      waiting: count,
      transfers: count,
      changes: count,
      historyRecords: count,
      bytes: flow,
      rates: flow,
      // Ids of tokens, and nothing for the server.
      written: v.record(v.pipe(v.string(), v.regex(/^[0-9a-f-]{0,36}$/)), count),
      operations: OperationsSchema,
    }),
    isWatched: v.boolean(),
    observed: v.optional(v.object({
      tally: v.pipe(v.array(count), v.maxLength(MAX_TALLY_CELLS)),
      accepted: count,
      admission: v.object({
        admitted: count,
        refused: countsBy(REFUSALS),
        untold: count,
        offences: countsBy(OFFENCES),
      }),
      unfinished: count,
      workersLost: count,
      memory: v.object({ rss: count, heapUsed: count, heapTotal: count, external: count }),
      room: v.object({ isMeasured: v.boolean(), usedBytes: number, freeBytes: number }),
    })),
  }),
  v.object({ type: v.literal("throttle"), change: ThrottleSchema }),
]);

function countsBy<T extends string>(
  names: readonly T[],
): v.GenericSchema<unknown, Record<T, number>> {
  return v.object(
    Object.fromEntries(names.map((name) => [name, count])) as Record<T, typeof count>,
  ) as v.GenericSchema<unknown, Record<T, number>>;
}

/**
 * Checks what a process says, which faces the network and may do less than the first one.
 *
 * @param value JSON.
 * @returns The message.
 * @throws When it is none.
 */
export function parseFromProcess(value: unknown): FromProcess {
  return v.parse(FromProcessSchema, value);
}

/** Takes what the first process says as it is: it is the same program, and may do more than this one. */
export function trustToProcess(value: unknown): ToProcess {
  return value as ToProcess;
}

/** Writes a message, as bytes of one line. */
export function encodeMessage(message: ToProcess | FromProcess): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${JSON.stringify(message)}\n`);
}

/**
 * Reads messages up to the end of a stream, which comes with the end of the other process, too.
 *
 * @param stream Lines of JSON.
 * @param parse Makes a message of what a line holds.
 * @throws {RangeError} When a line is too long; what `parse` throws.
 */
export async function* readMessages<T>(
  stream: ReadableStream<Uint8Array>,
  parse: (value: unknown) => T,
): AsyncGenerator<T> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_LINE_CHARACTERS) throw new RangeError("Cannot read message: too long");
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) yield parse(JSON.parse(line));
  }
}

const encoder = new TextEncoder();
