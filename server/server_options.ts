import { DEFAULT_PORT } from "#protocol/limits.ts";
import type { TlsCertificate } from "#protocol/tls_certificate.ts";
import { type AdmissionSettings, completeAdmission } from "./admission/admission_settings.ts";
import type { MetricsAddress } from "./metrics/server_metrics.ts";
import { AUDIT_DEFAULTS, type AuditSettings } from "./audit/audit_log.ts";
import { completeLimits, type WriteLimits } from "./limits/write_limits.ts";

/** Limits on flow that all transfers of a server obey. */
export interface ThrottleSettings {
  /**
   * Bytes per chunk while a throttle is on.
   * @default 262_144
   */
  readonly chunkBytes: number;
  /**
   * Pause after each chunk, in ms.
   * @default 0
   */
  readonly chunkDelayMs: number;
  /**
   * Bytes per second of all connections together; 0 for no limit.
   * @default 0
   */
  readonly rate: number;
  /**
   * Bytes per second of each connection; 0 for no limit.
   * @default 0
   */
  readonly ratePerConnection: number;
}

/** Deadlines, in ms. Tests shorten them; the defaults suit people and slow networks. */
export interface ServerTimeouts {
  /** From accept to a whole hello. @default 10_000 */
  readonly helloMs: number;
  /** A connection without any request. @default 600_000 */
  readonly idleMs: number;
  /** A frame that has begun, besides a second per 4 KiB of its payload. @default 30_000 */
  readonly frameMs: number;
  /** A client that takes no byte, or an upload that sends none; see also `AdmissionSettings.minRate`. @default 60_000 */
  readonly stallMs: number;
  /** In the queue for a worker. @default 600_000 */
  readonly queueMs: number;
  /** A waiting connection hears its position this often, which also shows whether it is gone. @default 5_000 */
  readonly queuePulseMs: number;
  /** While others wait, a connection that never pauses gives way after this time. @default 5_000 */
  readonly turnMs: number;
  /** A connection without work keeps its worker this long. @default 5_000 */
  readonly lingerMs: number;
  /** A worker that does not answer is taken for hung. @default 30_000 */
  readonly heartbeatMs: number;
  /** All of these are looked at this often. @default 1_000 */
  readonly tickMs: number;
  /** For transfers under way when the server stops. @default 10_000 */
  readonly graceMs: number;
  /** An upload session that nobody resumes. @default 604_800_000, 7 days */
  readonly uploadKeepMs: number;
  /** An entry in the trash. @default 2_592_000_000, 30 days */
  readonly trashKeepMs: number;
  /** A record of the history. @default 7_776_000_000, 90 days */
  readonly historyKeepMs: number;
}

/** Settings of a server, complete. */
export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly root: string;
  readonly throttle: ThrottleSettings;
  readonly workers: number;
  readonly spareWorkers: number;
  readonly maxConnections: number;
  readonly admission: AdmissionSettings;
  readonly isTokenRequired: boolean;
  /** `undefined` for connections that are not encrypted. */
  readonly tls: TlsCertificate | undefined;
  readonly trashKeepBytes: number;
  readonly mayCompress: boolean;
  /** `undefined` for a server that serves its root alone. */
  readonly shared: string | undefined;
  readonly limits: WriteLimits;
  readonly audit: AuditSettings | undefined;
  readonly metrics: MetricsAddress | undefined;
  readonly timeouts: ServerTimeouts;
}

/** Options of {@linkcode startServer}. */
export interface ServerOptions {
  /** Address to bind. @default "127.0.0.1" */
  readonly host?: string;
  /** Port; 0 takes a free one. @default 9999 */
  readonly port?: number;
  /** Folder to serve; made when missing. */
  readonly root: string;
  /** Limits on flow. @default none */
  readonly throttle?: Partial<ThrottleSettings>;
  /** Most workers, so most connections served at the same instant. @default 64 */
  readonly workers?: number;
  /** Idle workers that are kept warm, so that a connection need not wait for one to start. @default 2 */
  readonly spareWorkers?: number;
  /** Most open connections. @default 1024 */
  readonly maxConnections?: number;
  /** Who is let in, and how slow it may be. */
  readonly admission?: Partial<AdmissionSettings>;
  /**
   * Whether an access token is asked for even while none was ever made. Once one was, it always is.
   * @default false
   */
  readonly isTokenRequired?: boolean;
  /** Certificate and key; connections are encrypted with them (TLS). @default none */
  readonly tls?: TlsCertificate;
  /** Bytes that the trash may take, the oldest entries go first; 0 for no limit. @default 10_000_000_000 */
  readonly trashKeepBytes?: number;
  /**
   * Whether clients may have their transfers compressed. Never with a pause after each chunk: that is
   * there for watching chunks pass.
   * @default true
   */
  readonly mayCompress?: boolean;
  /**
   * What to call this server when others serve the same folder, too; each needs a name of its own. Letters,
   * digits and dashes, at most 32.
   * @default none: it serves the folder alone
   */
  readonly shared?: string;
  /** What clients may put into root. @default no limits */
  readonly limits?: Partial<WriteLimits>;
  /** Where `/metrics` and `/healthz` are served. @default nowhere */
  readonly metrics?: MetricsAddress;
  /** The audit log. @default none */
  readonly audit?: Pick<AuditSettings, "file"> & Partial<AuditSettings>;
  /** Deadlines. */
  readonly timeouts?: Partial<ServerTimeouts>;
}

const SERVER_NAME = /^[a-z0-9][a-z0-9-]{0,31}$/i;
/** A hundred years. */
const MAX_KEEP_MS = 36_525 * 86_400_000;

/** A throttle that does not throttle. */
export const NO_THROTTLE: ThrottleSettings = {
  chunkBytes: 256 * 1024,
  chunkDelayMs: 0,
  rate: 0,
  ratePerConnection: 0,
};

/** Deadlines of a server that is told none. */
export const DEFAULT_TIMEOUTS: ServerTimeouts = {
  helloMs: 10_000,
  idleMs: 10 * 60_000,
  frameMs: 30_000,
  stallMs: 60_000,
  queueMs: 10 * 60_000,
  queuePulseMs: 5_000,
  turnMs: 5_000,
  lingerMs: 5_000,
  heartbeatMs: 30_000,
  tickMs: 1_000,
  graceMs: 10_000,
  uploadKeepMs: 7 * 86_400_000,
  trashKeepMs: 30 * 86_400_000,
  historyKeepMs: 90 * 86_400_000,
};

/**
 * Fills in defaults and checks ranges.
 *
 * @param options What the caller gave.
 * @returns Complete settings.
 * @throws {RangeError} When a number is out of its range.
 */
export function completeSettings(options: ServerOptions): ServerSettings {
  const settings: ServerSettings = {
    host: options.host ?? "127.0.0.1",
    port: options.port ?? DEFAULT_PORT,
    root: options.root,
    throttle: completeThrottle(options.throttle),
    workers: options.workers ?? 64,
    spareWorkers: options.spareWorkers ?? 2,
    maxConnections: options.maxConnections ?? 1024,
    admission: completeAdmission(options.admission),
    isTokenRequired: options.isTokenRequired ?? false,
    tls: options.tls,
    trashKeepBytes: options.trashKeepBytes ?? 10e9,
    mayCompress: (options.mayCompress ?? true) && !(options.throttle?.chunkDelayMs ?? 0),
    shared: options.shared,
    limits: completeLimits(options.limits),
    metrics: options.metrics,
    audit: options.audit && { ...AUDIT_DEFAULTS, ...options.audit },
    timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
  };
  if (!SERVER_NAME.test(settings.shared ?? "x")) {
    const why = "a name is made of letters, digits and dashes, at most 32";
    throw new RangeError(`Cannot share as "${settings.shared}": ${why}`);
  }
  requireRange("port", settings.port, 0, 65_535);
  requireRange("workers", settings.workers, 1, 1024);
  requireRange("spare workers", settings.spareWorkers, 0, 1024);
  requireRange("max connections", settings.maxConnections, 1, 100_000);
  requireRange("trash size", settings.trashKeepBytes, 0, Number.MAX_SAFE_INTEGER);
  requireRange("audit size", settings.audit?.sizeBytes ?? 1, 1, Number.MAX_SAFE_INTEGER);
  requireRange("audit keep", settings.audit?.keep ?? 0, 0, 1000);
  const { uploadKeepMs, trashKeepMs, historyKeepMs } = settings.timeouts;
  requireRange("upload keep", uploadKeepMs, 0, MAX_KEEP_MS);
  requireRange("trash keep", trashKeepMs, 0, MAX_KEEP_MS);
  requireRange("history keep", historyKeepMs, 0, MAX_KEEP_MS);
  return settings;
}

/** Gives the lowest of the rates that are set, in bytes per second; 0 when none is. */
export function slowestRate({ rate, ratePerConnection }: ThrottleSettings): number {
  if (rate === 0 || ratePerConnection === 0) return Math.max(rate, ratePerConnection);
  return Math.min(rate, ratePerConnection);
}

/**
 * Fills in what a throttle leaves out, and checks ranges.
 *
 * @param throttle What the caller gave.
 * @returns A whole throttle.
 * @throws {RangeError} When a number is out of its range.
 */
export function completeThrottle(throttle: Partial<ThrottleSettings> = {}): ThrottleSettings {
  const complete = { ...NO_THROTTLE, ...throttle };
  requireRange("chunk size", complete.chunkBytes, 1, 1024 * 1024);
  requireRange("chunk delay", complete.chunkDelayMs, 0, 60_000);
  requireRange("rate", complete.rate, 0, 1e12);
  requireRange("rate per connection", complete.ratePerConnection, 0, 1e12);
  return complete;
}

function requireRange(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(
    `Cannot use ${name} ${value}: it must be a whole number from ${least} to ${most}`,
  );
}
