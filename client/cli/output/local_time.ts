/**
 * Writes a time for people, in the machine's time zone.
 *
 * @param timeMs Milliseconds since 1970-01-01 UTC.
 * @returns `2026-03-01 14:05`, always 16 columns for years of four digits.
 */
export function formatLocalTime(timeMs: number): string {
  const time = new Date(timeMs);
  if (Number.isNaN(time.getTime())) return "(unknown)       ";
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
