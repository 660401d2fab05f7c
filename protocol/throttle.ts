import * as v from "valibot";

/** Highest rate that can be asked for, in bytes per second. */
const MAX_RATE = 1e12;

const rate = v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_RATE)));

/** THROTTLE: changes the rates of a server that is running. */
export const ThrottleSchema = v.object({
  /** Bytes per second of all connections together, 0 for no limit; stays as it is when left out. */
  rate,
  /** Bytes per second of each connection, 0 for no limit; stays as it is when left out. */
  ratePerConnection: rate,
});

/** RESULT of THROTTLE: what holds from now on. */
export const ThrottleResultSchema = v.object({
  chunkBytes: v.number(),
  chunkDelayMs: v.number(),
  rate: v.number(),
  ratePerConnection: v.number(),
});

/** Rates that are to change, in bytes per second; 0 for no limit. */
export interface ThrottleChange {
  /** Of all connections together. */
  readonly rate?: number | undefined;
  /** Of each connection. */
  readonly ratePerConnection?: number | undefined;
}

/** A server's limits on flow. */
export interface ThrottleResult {
  /** Bytes per chunk while a throttle is on. */
  readonly chunkBytes: number;
  /** Pause after each chunk, in ms. */
  readonly chunkDelayMs: number;
  /** Bytes per second of all connections together, 0 for no limit. */
  readonly rate: number;
  /** Bytes per second of each connection, 0 for no limit. */
  readonly ratePerConnection: number;
}
