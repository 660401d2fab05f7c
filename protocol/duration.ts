/** Unit symbols and their length in ms. */
const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Parses a duration such as `7d`, `12h`, `30m` or `10s`; `0` needs no unit.
 *
 * @param text What a person typed.
 * @returns Whole milliseconds.
 * @throws {RangeError} When it is not a duration.
 */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([smhd])$/i.exec(text.trim());
  const ms = Math.round(Number(match?.[1]) * (UNITS_MS[match?.[2]?.toLowerCase() ?? ""] ?? NaN));
  if (Number.isSafeInteger(ms)) return ms;
  if (text.trim() === "0") return 0;
  throw new RangeError(`Cannot read "${text}" as a duration: write it like 7d, 12h, 30m or 10s`);
}
