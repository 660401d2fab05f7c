import { SluiceError } from "#protocol/sluice_error.ts";

/** Gives a query parameter; `undefined` when there is none of the name. */
export type GetQuery = (name: string) => string | undefined;

/**
 * Reads a whole number from the query.
 *
 * @param get The query.
 * @param name Its name.
 * @param most Largest value.
 * @param least Smallest value.
 * @returns The number; `undefined` when it is left out.
 * @throws {SluiceError} `invalid_request`.
 */
export function queryNumber(
  get: GetQuery,
  name: string,
  most: number,
  least = 1,
): number | undefined {
  const text = get(name);
  if (text === undefined || text === "") return undefined;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw refuse(name, `it must be a whole number from ${least} to ${most}`);
}

/** Reads `true` or `false` from the query; `false` when it is left out. */
export function querySwitch(get: GetQuery, name: string): boolean {
  const text = get(name) ?? "false";
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0" || text === "") return false;
  throw refuse(name, "it must be true or false");
}

/** Reads one of a few words from the query. */
export function queryWord<W extends string>(
  get: GetQuery,
  name: string,
  words: readonly W[],
  whenMissing: W,
): W {
  const text = get(name);
  if (text === undefined || text === "") return whenMissing;
  const word = words.find((word) => word === text);
  if (word !== undefined) return word;
  throw refuse(name, `it must be one of ${words.join(", ")}`);
}

/** Reads a text of at most 1024 characters from the query; an empty one counts as left out. */
export function queryText(get: GetQuery, name: string): string | undefined {
  const text = get(name);
  if (text === undefined || text === "") return undefined;
  if (text.length <= 1024) return text;
  throw refuse(name, "it is too long");
}

function refuse(name: string, why: string): SluiceError {
  return new SluiceError("invalid_request", `Cannot use query parameter "${name}": ${why}`);
}
