const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const DAY_MS = 86_400_000;

/**
 * Writes a time as briefly as it can be told apart: the hour today, the weekday in the last six
 * days, else the date. In the machine's time zone.
 *
 * @param atMs Milliseconds since 1970; 0 when it is not known.
 * @param nowMs What time it is.
 * @returns At most 6 columns; empty when it is not known.
 */
export function shortTime(atMs: number, nowMs: number): string {
  const time = new Date(atMs);
  if (atMs === 0 || Number.isNaN(time.getTime())) return "";
  const days = Math.round((midnight(nowMs) - midnight(atMs)) / DAY_MS);
  if (days === 0) return `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (days > 0 && days < 7) return DAYS[time.getDay()] ?? "";
  const year = time.getFullYear();
  if (year === new Date(nowMs).getFullYear()) {
    return `${String(time.getDate()).padStart(2)} ${MONTHS[time.getMonth()]}`;
  }
  return String(year).slice(0, 6);
}

/** Whole milliseconds until a moment, as seconds to count down; never below zero. */
export function secondsUntil(atMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((atMs - nowMs) / 1000));
}

function midnight(atMs: number): number {
  return new Date(atMs).setHours(0, 0, 0, 0);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
