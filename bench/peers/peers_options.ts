import { parseArgs } from "node:util";
import { parseBytes } from "#protocol/byte_units.ts";

/** Rows that `--only` takes, in the order in which they run. */
export const ROW_IDS = [
  "download",
  "upload",
  "small",
  "stream",
  "clients",
  "idle",
  "throttled",
  "first-byte",
  "start",
  "memory",
] as const;

/** One kind of work that is measured. */
export type RowId = (typeof ROW_IDS)[number];

/** How a run was asked for. */
export interface PeersOptions {
  /** Counted rounds; one more warms up. */
  readonly rounds: number;
  readonly only: readonly RowId[];
  /** Bytes of the large file. */
  readonly sizeBytes: number;
  /** How many small files. */
  readonly files: number;
  /** How many connections list and idle. */
  readonly connections: number;
  /** Seconds of steady flow of throttled downloads. */
  readonly steadySeconds: number;
  /** Whether memory is watched over 10 GiB instead of twice the large file. */
  readonly isLong: boolean;
  /** Whether what is missing is installed. */
  readonly mayInstall: boolean;
  /** Whether docs/benchmarks.md is written. */
  readonly mayWrite: boolean;
}

/** What `--help` shows. */
export const PEERS_USAGE = `deno task bench:peers [FLAGS]

  --rounds N       rounds that count, 1 to 100 (default 5); one more warms up
  --only ROW       only this row; may be repeated: ${ROW_IDS.join(", ")}
  --size SIZE      the large file (default 1GiB)
  --files N        small files (default 5000)
  --connections N  connections that list and idle (default 1000)
  --steady N       seconds of steady flow of the throttled downloads (default 20)
  --long           watch memory over 10 GiB (default: twice the large file)
  --install        install missing peers with apt-get first; root only
  --no-write       leave docs/benchmarks.md as it is

All files are made below one new folder in the system's temp folder, which TMPDIR chooses.`;

/**
 * Reads the flags of the bench.
 *
 * @param args What was typed.
 * @returns What to do, or `help`.
 * @throws {RangeError | TypeError} When a flag is unknown or its value is none.
 */
export function parsePeersOptions(args: readonly string[]): PeersOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "5" },
      only: { type: "string", multiple: true, default: [] },
      size: { type: "string", default: "1GiB" },
      files: { type: "string", default: "5000" },
      connections: { type: "string", default: "1000" },
      steady: { type: "string", default: "20" },
      long: { type: "boolean", default: false },
      install: { type: "boolean", default: false },
      "no-write": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  return {
    rounds: countOf("rounds", values.rounds, 100),
    only: values.only.length === 0 ? ROW_IDS : values.only.map(rowOf),
    sizeBytes: parseBytes(values.size),
    files: countOf("files", values.files, 100_000),
    connections: countOf("connections", values.connections, 1000),
    steadySeconds: countOf("steady", values.steady, 120),
    isLong: values.long,
    mayInstall: values.install,
    mayWrite: !values["no-write"],
  };
}

function countOf(flag: string, text: string, most: number): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  throw new RangeError(`Cannot use --${flag} "${text}": it must be a number from 1 to ${most}`);
}

function rowOf(text: string): RowId {
  const row = ROW_IDS.find((id) => id === text);
  if (row !== undefined) return row;
  throw new RangeError(`Cannot use --only "${text}": the rows are ${ROW_IDS.join(", ")}`);
}
