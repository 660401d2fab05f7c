import { parseBytes, parseRate } from "#protocol/byte_units.ts";
import { parseDuration } from "#protocol/duration.ts";
import { type CertificateFiles, pairCertificateFiles } from "#protocol/tls_certificate.ts";
import { parseAdmission } from "./admission/admission_flags.ts";
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "./log_output.ts";
import { parseMetricsAddress } from "./metrics/metrics_address.ts";
import type { RawConfiguration } from "./raw_configuration.ts";
import type { ServerOptions } from "./server_options.ts";
import { withoutUndefined } from "./without_undefined.ts";

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
  readonly logLevel: LogLevel;
  /** Of all sources together, as they were written. */
  readonly raw: RawConfiguration;
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
