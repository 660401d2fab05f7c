/** What clients may put into root; it may change while the server runs. */
export interface WriteLimits {
  /** Most bytes of one file; 0 for no limit. @default 0 */
  readonly largestFileBytes: number;
  /**
   * Most bytes of all files below root, the trash and unfinished uploads included; 0 for no limit.
   * @default 0
   */
  readonly quotaBytes: number;
  /** Bytes of the disk that uploads leave free; 0 for none. @default 0 */
  readonly reserveBytes: number;
  /** Whether clients may change nothing. @default false */
  readonly isReadOnly: boolean;
  /** Globs, one of which the name of a new file must match; empty allows all. @default [] */
  readonly allowNames: readonly string[];
  /** Globs that no new name may match. @default [] */
  readonly denyNames: readonly string[];
}

/** Limits that limit nothing. */
export const NO_LIMITS: WriteLimits = {
  largestFileBytes: 0,
  quotaBytes: 0,
  reserveBytes: 0,
  isReadOnly: false,
  allowNames: [],
  denyNames: [],
};

/** Globs of each kind. */
const MAX_GLOBS = 100;
const MAX_GLOB_LENGTH = 256;
/** All of them as JSON: with the other settings they have to fit the memory that workers share (`SharedJson`). */
const MAX_GLOBS_BYTES = 60 * 1024;

/**
 * Fills in defaults and checks ranges.
 *
 * @param limits What the caller gave.
 * @returns Complete limits.
 * @throws {RangeError} For a size that is none, and for too many or too long globs, each or together.
 */
export function completeLimits(limits: Partial<WriteLimits> = {}): WriteLimits {
  const complete = { ...NO_LIMITS, ...limits };
  requireSize("largest file", complete.largestFileBytes);
  requireSize("quota", complete.quotaBytes);
  requireSize("reserve", complete.reserveBytes);
  requireGlobs("allow names", complete.allowNames);
  requireGlobs("deny names", complete.denyNames);
  const globs = JSON.stringify([complete.allowNames, complete.denyNames]);
  if (new TextEncoder().encode(globs).byteLength > MAX_GLOBS_BYTES) {
    throw new RangeError(
      `Cannot use allow and deny names: they take over ${MAX_GLOBS_BYTES} bytes`,
    );
  }
  return complete;
}

function requireSize(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new RangeError(`Cannot use ${name} ${value}: it must be a whole number of bytes`);
}

function requireGlobs(name: string, globs: readonly string[]): void {
  if (globs.length > MAX_GLOBS) {
    throw new RangeError(`Cannot use ${name}: there may be ${MAX_GLOBS} globs, not more`);
  }
  const bad = globs.find((glob) => glob.length === 0 || glob.length > MAX_GLOB_LENGTH);
  if (bad === undefined) return;
  throw new RangeError(`Cannot use ${name}: a glob has 1 to ${MAX_GLOB_LENGTH} characters`);
}
