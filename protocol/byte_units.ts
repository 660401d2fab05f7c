/** Decimal and binary unit symbols (IEC 80000-13) and their factor. */
const FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/**
 * Parses a size such as `1000`, `256KiB` or `1.5MB`. Units are case-insensitive; `K`, `M`, `G` and
 * `T` are decimal.
 *
 * @param text What a person typed.
 * @returns Whole bytes.
 * @throws {RangeError} When the text is not a size or is over 2^53 - 1.
 */
export function parseBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const factor = FACTORS[match?.[2]?.toLowerCase() ?? ""];
  const bytes = Math.round(Number(match?.[1]) * (factor ?? Number.NaN));
  if (match === null || !Number.isSafeInteger(bytes)) {
    throw new RangeError(`Cannot read "${text}" as a size: write it like 1000, 256KiB or 1.5MB`);
  }
  return bytes;
}

/**
 * Parses a rate such as `10MB/s` or `512KiB`; `/s` may be left out, 0 means no limit.
 *
 * @param text What a person typed.
 * @returns Bytes per second.
 * @throws {RangeError} When the text is not a rate.
 */
export function parseRate(text: string): number {
  try {
    return parseBytes(text.trim().replace(/\/s(ec)?$/i, ""));
  } catch {
    // The size's own message would name a size where the person typed a rate.
    throw new RangeError(`Cannot read "${text}" as a rate: write it like 10MB/s or 512KiB/s`);
  }
}

/**
 * Writes a size for people, with decimal units: `946 B`, `1.1 kB`, `812 MB`.
 *
 * @param bytes Zero or more.
 * @returns At most three significant digits and a unit.
 */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** Writes a rate for people: `12.4 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/**
 * Writes a duration for people: `0.4 s`, `46 s`, `3:07`, `2:03:07`.
 *
 * @param seconds Zero or more.
 * @returns Tenths below 10 s, clock form from a minute on.
 */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}
