import type { FlagParametersForType } from "@stricli/core";
import { COMPRESSION_MODES, type CompressionMode } from "#protocol/compression_mode.ts";
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from "#protocol/digest_algorithm.ts";
import { parseRate } from "#protocol/byte_units.ts";
import { MAX_WATCH_INTERVAL_MS, MIN_WATCH_INTERVAL_MS } from "#protocol/limits.ts";
import type { ConflictPolicy } from "#protocol/requests.ts";
import type { CliContext, GlobalFlags } from "./context.ts";
import { MAX_JOBS, parseJobs } from "./jobs.ts";

/** Flags that choose parts of trees. */
export interface TreeFlags {
  readonly exclude?: readonly string[];
  readonly include?: readonly string[];
  readonly dryRun: boolean;
}

/** Flags of upload and download. */
export interface TransferFlags extends GlobalFlags, TreeFlags {
  readonly to?: string;
  readonly as?: string;
  readonly recursive: boolean;
  readonly jobs: number;
  readonly onConflict?: ConflictPolicy;
  readonly limitRate?: number;
  readonly resume: boolean;
  readonly verify: DigestAlgorithm;
  readonly compress: CompressionMode;
}

/** Flags of download. */
export interface DownloadFlags extends TransferFlags {
  readonly archive?: "zip" | "tar";
}

type FlagSpecs<FLAGS> = FlagParametersForType<FLAGS, CliContext>;

/** How the global flags are parsed and documented. */
export const globalFlagSpecs: FlagSpecs<GlobalFlags> = {
  server: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Where the server is (SLUICE_SERVER, then 127.0.0.1:9999)",
    placeholder: "HOST:PORT",
  },
  tokenFile: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "File with the access token (then SLUICE_TOKEN; a terminal is asked)",
    placeholder: "FILE",
  },
  tls: flagSwitch("Encrypt the connection (also by tls://HOST:PORT)"),
  ca: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Certificate to trust, the server's own or of who signed it; means --tls",
    placeholder: "FILE",
  },
  json: flagSwitch("Print JSON, one object per line"),
  quiet: flagSwitch("Print results and errors only"),
};

/** Short names of the global flags. */
export const globalAliases = { q: "quiet" } as const;

/** How `--jobs` is parsed and documented. */
export const jobsFlagSpec: FlagSpecs<{ readonly jobs: number }>["jobs"] = {
  kind: "parsed",
  parse: parseJobs,
  default: "3",
  brief: `Files at the same time, 1 to ${MAX_JOBS}`,
  placeholder: "N",
};

/** How the flags that choose parts of trees are documented. */
export const treeFlagSpecs: FlagSpecs<TreeFlags> = {
  exclude: {
    kind: "parsed",
    parse: String,
    variadic: true,
    optional: true,
    brief: "Leave out files and folders whose name, or path when it holds a /, matches",
    placeholder: "GLOB",
  },
  include: {
    kind: "parsed",
    parse: String,
    variadic: true,
    optional: true,
    brief: "Take only files whose name, or path when it holds a /, matches",
    placeholder: "GLOB",
  },
  dryRun: flagSwitch("Print what would be done, and do nothing"),
};

/** How `--compress` is documented. */
export const compressFlagSpec: FlagSpecs<{ readonly compress: CompressionMode }>["compress"] = {
  kind: "enum",
  values: [...COMPRESSION_MODES],
  default: "auto",
  brief: "Compress bytes on their way: where it is faster, wherever it saves bytes, never",
};

/** How the flags that upload and download share, apart from `--to` and `--as`, are documented. */
export const transferFlagSpecs: FlagSpecs<Omit<TransferFlags, "to" | "as" | keyof GlobalFlags>> = {
  recursive: flagSwitch("Take folders with all that is in them"),
  ...treeFlagSpecs,
  jobs: jobsFlagSpec,
  onConflict: {
    kind: "enum",
    // The same words as CONFLICT_POLICIES, which would bring the validators along at start.
    values: ["error", "overwrite", "rename", "skip"],
    optional: true,
    brief: "What to do when a name is taken; asks on a terminal, else error",
  },
  limitRate: {
    kind: "parsed",
    parse: parseRate,
    optional: true,
    brief: "Most bytes per second for the whole command, such as 10MB/s",
    placeholder: "RATE",
  },
  resume: {
    kind: "boolean",
    default: true,
    brief: "Continue unfinished transfers",
  },
  verify: {
    kind: "enum",
    values: [...DIGEST_ALGORITHMS],
    default: "xxh128",
    brief: "Checksum over each whole file",
  },
  compress: compressFlagSpec,
};

/** Short names of the transfer flags. */
export const transferAliases = { ...globalAliases, r: "recursive", j: "jobs" } as const;

/**
 * Documents a flag that is off unless given.
 *
 * @param brief What it does.
 * @returns A boolean flag without a `--no-` form.
 */
export function flagSwitch(
  brief: string,
): { kind: "boolean"; default: false; withNegated: false; brief: string } {
  return { kind: "boolean", default: false, withNegated: false, brief };
}

/**
 * Parses `--limit`.
 *
 * @param text What a person typed.
 * @returns A whole number from 1 on.
 * @throws {RangeError} For anything else.
 */
export function parseCount(text: string): number {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (count >= 1) return count;
  throw new RangeError(`Cannot use "${text}" for --limit: it must be a whole number from 1 on`);
}

/**
 * Parses `--interval`.
 *
 * @param text What a person typed, such as `500ms` or `2s`.
 * @returns Milliseconds, 100 to 60,000.
 * @throws {RangeError} For anything else.
 */
export function parseInterval(text: string): number {
  const match = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s)$/i.exec(text.trim());
  const ms = Math.round(Number(match?.[1]) * (match?.[2]?.toLowerCase() === "s" ? 1000 : 1));
  if (ms >= MIN_WATCH_INTERVAL_MS && ms <= MAX_WATCH_INTERVAL_MS) return ms;
  throw new RangeError(`Cannot use "${text}" for --interval: it must be 100ms to 60s`);
}
