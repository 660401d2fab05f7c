import * as v from "valibot";
import { parseBytes, parseRate } from "#protocol/byte_units.ts";
import { parseDuration } from "#protocol/duration.ts";
import { type CertificateFiles, pairCertificateFiles } from "#protocol/tls_certificate.ts";
import {
  ADMISSION_KEYS,
  ADMISSION_VARIABLES,
  parseAdmission,
  type RawAdmission,
} from "./admission/admission_flags.ts";
import { LOG_FORMATS, type LogFormat } from "./log_output.ts";
import type { ServerOptions } from "./server_options.ts";

/** Settings as people write them, from flags, variables or a file; all may be missing. */
export interface RawConfiguration extends RawAdmission {
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
  readonly requireToken?: boolean;
  readonly insecure?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly compress?: boolean;
  readonly logFormat?: string;
  readonly trashKeep?: string;
  readonly trashSize?: string;
  readonly historyKeep?: string;
  readonly uploadKeep?: string;
  readonly processes?: string;
  readonly shared?: string;
}

/** What the server's command line needs. */
export interface Configuration {
  readonly options: Omit<ServerOptions, "root">;
  /** As it was written; `undefined` for the default folder. */
  readonly root: string | undefined;
  readonly logFormat: LogFormat;
  /** Whether others than this machine may come in without encryption and tokens. */
  readonly isInsecure: boolean;
  /** Where certificate and key are, as written; `undefined` for no encryption. */
  readonly certificateFiles: CertificateFiles | undefined;
  /** Server processes on one port. */
  readonly processes: number;
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
  requireToken: "SLUICE_REQUIRE_TOKEN",
  insecure: "SLUICE_INSECURE",
  tlsCert: "SLUICE_TLS_CERT",
  tlsKey: "SLUICE_TLS_KEY",
  compress: "SLUICE_COMPRESS",
  logFormat: "SLUICE_LOG_FORMAT",
  trashKeep: "SLUICE_TRASH_KEEP",
  trashSize: "SLUICE_TRASH_SIZE",
  historyKeep: "SLUICE_HISTORY_KEEP",
  uploadKeep: "SLUICE_UPLOAD_KEEP",
  processes: "SLUICE_PROCESSES",
  shared: "SLUICE_SHARED",
  ...ADMISSION_VARIABLES,
};

/** Settings that are on or off. */
const SWITCHES: ReadonlySet<string> = new Set([
  "classroom",
  "compress",
  "requireToken",
  "insecure",
  "penalties",
]);

const text = v.optional(v.pipe(v.union([v.string(), v.number()]), v.transform(String)));
const FileSchema = v.strictObject({
  host: text,
  port: text,
  root: text,
  chunkSize: text,
  chunkDelay: text,
  classroom: v.optional(v.boolean()),
  requireToken: v.optional(v.boolean()),
  insecure: v.optional(v.boolean()),
  tlsCert: text,
  tlsKey: text,
  rate: text,
  ratePerConnection: text,
  workers: text,
  maxConnections: text,
  compress: v.optional(v.boolean()),
  logFormat: text,
  trashKeep: text,
  trashSize: text,
  historyKeep: text,
  uploadKeep: text,
  processes: text,
  shared: text,
  ...ADMISSION_KEYS,
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
 * @throws {RangeError} When one that switches something is neither true nor false.
 */
export function readVariables(get: (name: string) => string | undefined): RawConfiguration {
  const found: Record<string, string | boolean> = {};
  for (const [key, name] of Object.entries(VARIABLES)) {
    const value = get(name);
    if (value === undefined || value === "") continue;
    found[key] = SWITCHES.has(key) ? parseSwitch(name, value) : value;
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
    root: raw.root,
    logFormat: parseLogFormat(raw.logFormat ?? "text"),
    isInsecure: raw.insecure ?? false,
    certificateFiles: pairCertificateFiles(raw.tlsCert, raw.tlsKey),
    processes: parseWhole("--processes", raw.processes) ?? 1,
    options: withoutUndefined({
      shared: raw.shared,
      host: raw.host,
      port: parseWhole("--port", raw.port),
      workers: parseWhole("--workers", raw.workers),
      maxConnections: parseWhole("--max-connections", raw.maxConnections),
      admission: parseAdmission(raw),
      isTokenRequired: raw.requireToken,
      mayCompress: raw.compress,
      trashKeepBytes: raw.trashSize === undefined ? undefined : parseBytes(raw.trashSize),
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

function keepTimes(raw: RawConfiguration): ServerOptions["timeouts"] {
  const times = withoutUndefined({
    trashKeepMs: parseKeep(raw.trashKeep),
    historyKeepMs: parseKeep(raw.historyKeep),
    uploadKeepMs: parseKeep(raw.uploadKeep),
  });
  return Object.keys(times).length === 0 ? undefined : times;
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

function parseLogFormat(text: string): LogFormat {
  const format = LOG_FORMATS.find((format) => format === text);
  if (format !== undefined) return format;
  throw new RangeError(`Cannot use --log-format "${text}": it must be ${LOG_FORMATS.join(" or ")}`);
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
