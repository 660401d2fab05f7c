/** Most transfers at a time that one command, or one terminal client, may run. */
export const MAX_JOBS = 64;

/**
 * Parses `--jobs`.
 *
 * @param text What a person typed.
 * @returns 1 to {@linkcode MAX_JOBS}.
 * @throws {RangeError} For anything else.
 */
export function parseJobs(text: string): number {
  const jobs = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (jobs >= 1 && jobs <= MAX_JOBS) return jobs;
  throw new RangeError(`Cannot use "${text}" for --jobs: it must be 1 to ${MAX_JOBS}`);
}
