import * as v from "valibot";
import { parseBytes, parseRate } from "#protocol/byte_units.ts";
import { parseDuration } from "#protocol/duration.ts";
import { parseMetricsAddress } from "./metrics/metrics_address.ts";
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "./log_output.ts";
import type { ServerOptions } from "./server_options.ts";

/** Settings as people write them, from flags, variables or a file; all may be missing. */
export interface RawConfiguration {
  readonly host?: string;
  readonly port?: string;
  readonly root?: string;
  readonly chunkSize?: string;
  readonly chunkDelay?: string;
  readonly classroom?: boolean;
  readonly rate?: string;
  readonly ratePerConnection?: string;
  readonly workers?: string;
  readonly maxConnections?: string;
  readonly logFormat?: string;
  readonly logLevel?: string;
  readonly trashKeep?: string;
  readonly trashSize?: string;
  readonly historyKeep?: string;
  readonly uploadKeep?: string;
  readonly metrics?: string;
  readonly auditLog?: string;
  readonly auditSize?: string;
  readonly auditKeep?: string;
  readonly largestFile?: string;
  readonly quota?: string;
  readonly reserve?: string;
  readonly readOnly?: boolean;
  readonly allowNames?: readonly string[];
  readonly denyNames?: readonly string[];
}

/** What the server's command line needs. */
export interface Configuration {
  readonly options: Omit<ServerOptions, "root">;
  /** As it was written; `undefined` for the default folder. */
  readonly root: string | undefined;
  readonly logFormat: LogFormat;
  readonly logLevel: LogLevel;
  /** Of all sources together, as they were written. */
  readonly raw: RawConfiguration;
}

/** Environment variable of each setting. */
export const VARIABLES: Readonly<Record<keyof RawConfiguration, string>> = {
  host: "SLUICE_HOST",
  port: "SLUICE_PORT",
  root: "SLUICE_ROOT",
  chunkSize: "SLUICE_CHUNK_SIZE",
  chunkDelay: "SLUICE_CHUNK_DELAY",
  classroom: "SLUICE_CLASSROOM",
  rate: "SLUICE_RATE",
  ratePerConnection: "SLUICE_RATE_PER_CONNECTION",
  workers: "SLUICE_WORKERS",
  maxConnections: "SLUICE_MAX_CONNECTIONS",
  logFormat: "SLUICE_LOG_FORMAT",
  logLevel: "SLUICE_LOG_LEVEL",
  trashKeep: "SLUICE_TRASH_KEEP",
  trashSize: "SLUICE_TRASH_SIZE",
  historyKeep: "SLUICE_HISTORY_KEEP",
  uploadKeep: "SLUICE_UPLOAD_KEEP",
  metrics: "SLUICE_METRICS",
  auditLog: "SLUICE_AUDIT_LOG",
  auditSize: "SLUICE_AUDIT_SIZE",
  auditKeep: "SLUICE_AUDIT_KEEP",
  largestFile: "SLUICE_LARGEST_FILE",
  quota: "SLUICE_QUOTA",
  reserve: "SLUICE_RESERVE",
  readOnly: "SLUICE_READ_ONLY",
  allowNames: "SLUICE_ALLOW_NAMES",
  denyNames: "SLUICE_DENY_NAMES",
};

/** Settings that are on or off. */
const SWITCHES: ReadonlySet<string> = new Set(["classroom", "readOnly"]);
/** Settings that are lists; a variable separates with commas. */
const LISTS: ReadonlySet<string> = new Set(["allowNames", "denyNames"]);

/** A setting as it is typed on the command line. */
export function flagOf(key: keyof RawConfiguration): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const text = v.optional(v.pipe(v.union([v.string(), v.number()]), v.transform(String)));
const FileSchema = v.strictObject({
  host: text,
  port: text,
  root: text,
  chunkSize: text,
  chunkDelay: text,
  classroom: v.optional(v.boolean()),
  rate: text,
  ratePerConnection: text,
  workers: text,
  maxConnections: text,
  logFormat: text,
  logLevel: text,
  trashKeep: text,
  trashSize: text,
  historyKeep: text,
  uploadKeep: text,
  metrics: text,
  auditLog: text,
  auditSize: text,
  auditKeep: text,
  largestFile: text,
  quota: text,
  reserve: text,
  readOnly: v.optional(v.boolean()),
  allowNames: v.optional(v.array(v.string())),
  denyNames: v.optional(v.array(v.string())),
});

/**
 * Reads the text of a configuration file: JSON with the flags' names in camelCase.
 *
 * @param json Content of the file.
 * @returns Its settings.
 * @throws {RangeError} When it is not JSON, or holds a name or value that is none of them.
 */
export function parseConfigurationFile(json: string): RawConfiguration {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new RangeError("Cannot read the configuration file: it is not JSON", { cause });
  }
  // The validator would take an array for an object without any keys.
  if (Array.isArray(value)) {
    throw new RangeError("Cannot use the configuration file: it is not a JSON object");
  }
  const result = v.safeParse(FileSchema, value);
  if (result.success) return withoutUndefined(result.output);
  const issue = result.issues[0];
  const where = v.getDotPath(issue) ?? "the file";
  throw new RangeError(`Cannot use the configuration file: ${where}: ${issue.message}`);
}

/**
 * Reads the settings in environment variables.
 *
 * @param get Looks up a variable.
 * @returns Those that are set and not empty.
 * @throws {RangeError} When a switch such as `SLUICE_CLASSROOM` is neither true nor false.
 */
export function readVariables(get: (name: string) => string | undefined): RawConfiguration {
  const found: Record<string, string | boolean | string[]> = {};
  for (const [key, name] of Object.entries(VARIABLES)) {
    const value = get(name);
    if (value === undefined || value === "") continue;
    found[key] = SWITCHES.has(key)
      ? parseSwitch(name, value)
      : LISTS.has(key)
      ? value.split(",")
      : value;
  }
  return found;
}

/**
 * Puts the sources together: flags win over variables, variables over the file.
 *
 * @param sources In falling order of weight.
 * @returns Checked settings.
 * @throws {RangeError} For a value that cannot be used, naming it.
 */
export function mergeConfiguration(...sources: readonly RawConfiguration[]): Configuration {
  const raw: RawConfiguration = Object.assign({}, ...sources.toReversed().map(spellOut));
  return {
    raw,
    root: raw.root,
    logFormat: parseOneOf("--log-format", raw.logFormat ?? "text", LOG_FORMATS),
    logLevel: parseOneOf("--log-level", raw.logLevel ?? "info", LOG_LEVELS),
    options: withoutUndefined({
      host: raw.host,
      port: parseWhole("--port", raw.port),
      workers: parseWhole("--workers", raw.workers),
      maxConnections: parseWhole("--max-connections", raw.maxConnections),
      trashKeepBytes: raw.trashSize === undefined ? undefined : parseBytes(raw.trashSize),
      metrics: raw.metrics === undefined ? undefined : parseMetricsAddress(raw.metrics),
      audit: auditSettings(raw),
      limits: writeLimits(raw),
      timeouts: keepTimes(raw),
      throttle: withoutUndefined({
        chunkBytes: raw.chunkSize === undefined ? undefined : parseBytes(raw.chunkSize),
        chunkDelayMs: raw.chunkDelay === undefined ? undefined : parseDelay(raw.chunkDelay),
        rate: raw.rate === undefined ? undefined : parseRate(raw.rate),
        ratePerConnection: raw.ratePerConnection === undefined
          ? undefined
          : parseRate(raw.ratePerConnection),
      }),
    }),
  };
}

/**
 * Parses a delay such as `200ms`, `1.5s` or `200`, which is milliseconds.
 *
 * @param text What a person typed.
 * @returns Whole milliseconds.
 * @throws {RangeError} When it is not a delay.
 */
export function parseDelay(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s)?$/i.exec(text.trim());
  const ms = Math.round(Number(match?.[1]) * (match?.[2]?.toLowerCase() === "s" ? 1000 : 1));
  if (Number.isSafeInteger(ms)) return ms;
  throw new RangeError(`Cannot read "${text}" as a delay: write it like 200ms or 1.5s`);
}

function auditSettings(raw: RawConfiguration): ServerOptions["audit"] {
  if (raw.auditLog === undefined) return undefined;
  const sizes = withoutUndefined({
    sizeBytes: raw.auditSize === undefined ? undefined : parseBytes(raw.auditSize),
    keep: parseWhole("--audit-keep", raw.auditKeep),
  });
  return { file: raw.auditLog, ...sizes };
}

function writeLimits(raw: RawConfiguration): ServerOptions["limits"] {
  return orNothing(withoutUndefined({
    largestFileBytes: raw.largestFile === undefined ? undefined : parseBytes(raw.largestFile),
    quotaBytes: raw.quota === undefined ? undefined : parseBytes(raw.quota),
    reserveBytes: raw.reserve === undefined ? undefined : parseBytes(raw.reserve),
    isReadOnly: raw.readOnly,
    allowNames: raw.allowNames,
    denyNames: raw.denyNames,
  }));
}

function keepTimes(raw: RawConfiguration): ServerOptions["timeouts"] {
  return orNothing(withoutUndefined({
    trashKeepMs: parseKeep(raw.trashKeep),
    historyKeepMs: parseKeep(raw.historyKeep),
    uploadKeepMs: parseKeep(raw.uploadKeep),
  }));
}

function orNothing<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}

function parseKeep(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}

// Before the sources are put together: a flag --classroom wins over the file's chunk size.
function spellOut(source: RawConfiguration): RawConfiguration {
  const classroom = source.classroom ? { chunkSize: "1000", chunkDelay: "200ms" } : {};
  return { ...classroom, ...withoutUndefined(source) };
}

function parseWhole(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text);
  throw new RangeError(`Cannot use ${flag} "${text}": it must be a whole number`);
}

function parseOneOf<T extends string>(flag: string, text: string, words: readonly T[]): T {
  const word = words.find((word) => word === text);
  if (word !== undefined) return word;
  throw new RangeError(`Cannot use ${flag} "${text}": it must be ${words.join(" or ")}`);
}

function parseSwitch(name: string, value: string): boolean {
  if (/^(1|true|yes|on)$/i.test(value)) return true;
  if (/^(0|false|no|off)$/i.test(value)) return false;
  throw new RangeError(`Cannot use ${name}="${value}": it must be true or false`);
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, entry]) => entry !== undefined),
  ) as Defined<T>;
}
