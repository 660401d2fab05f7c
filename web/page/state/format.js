// @ts-check
/** Numbers and times as people read them. */

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/**
 * Writes a size with decimal units: `946 B`, `1.1 kB`, `812 MB`.
 *
 * @param {number} bytes Zero or more.
 * @returns {string} At most three significant digits and a unit.
 */
export function formatBytes(bytes) {
  let value = bytes;
  let unit = 0;
  while (Math.round(value) >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** @param {number} bytesPerSecond @returns {string} */
export function formatRate(bytesPerSecond) {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/**
 * Writes how long something takes: `4 s`, `2 min 05 s`, `3 h 20 min`.
 *
 * @param {number} seconds Zero or more; anything else than a finite number is unknown.
 * @returns {string} Empty when unknown.
 */
export function formatDuration(seconds) {
  if (!Number.isFinite(seconds)) return "";
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  if (whole < 100 * 3600) {
    return `${Math.floor(whole / 3600)} h ${
      String(Math.floor(whole / 60) % 60).padStart(2, "0")
    } min`;
  }
  return `${Math.round(whole / 86_400)} days`;
}

/**
 * Writes a time as short as it stays clear: the time of day for today, the day for this year.
 *
 * @param {number} timeMs
 * @param {number} nowMs
 * @param {string} [locale] Default: the browser's.
 * @returns {string}
 */
export function formatTime(timeMs, nowMs, locale) {
  const [time, now] = [new Date(timeMs), new Date(nowMs)];
  if (time.toDateString() === now.toDateString()) return formatter("clock", locale).format(time);
  const isThisYear = time.getFullYear() === now.getFullYear();
  return formatter(isThisYear ? "day" : "date", locale).format(time);
}

/** @param {number} timeMs @param {string} [locale] @returns {string} Date, time and zone. */
export function formatFullTime(timeMs, locale) {
  return formatter("full", locale).format(new Date(timeMs));
}

/** @param {number} count @param {string} one @param {string} [many] @returns {string} */
export function formatCount(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const TIME_FORMATS = {
  clock: { hour: "2-digit", minute: "2-digit" },
  day: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  date: { day: "numeric", month: "short", year: "numeric" },
  full: { dateStyle: "long", timeStyle: "long" },
};

/** Formatters are slow to make, and a list writes many times. @type {Map<string, Intl.DateTimeFormat>} */
const formatters = new Map();

/** @param {string} name @param {string | undefined} locale @returns {Intl.DateTimeFormat} */
function formatter(name, locale) {
  const key = `${name} ${locale}`;
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(locale, TIME_FORMATS[name]);
  formatters.set(key, made);
  return made;
}
