/** What conditions are compared with. */
export interface Validators {
  /** Strong entity tags that all mean the file as it is now; the first one is the one that is sent. */
  readonly tags: readonly string[];
  /** Modification time, in ms since 1970. */
  readonly modifiedAtMs: number;
}

/** Gives a header of the request. */
export type GetHeader = (name: string) => string | undefined;

/**
 * Evaluates the preconditions of a GET or HEAD in the order of RFC 9110 §13.2.2.
 *
 * @param header The request's headers.
 * @param validators What the file is now.
 * @returns The status that ends the request, or `undefined` to go on.
 */
export function checkConditions(header: GetHeader, validators: Validators): 304 | 412 | undefined {
  const { tags } = validators;
  const ifMatch = header("if-match");
  if (ifMatch !== undefined) {
    if (!matchesStrongly(ifMatch, tags)) return 412;
  } else if (isBefore(header("if-unmodified-since"), validators)) {
    return 412;
  }
  const ifNoneMatch = header("if-none-match");
  if (ifNoneMatch !== undefined) return matchesWeakly(ifNoneMatch, tags) ? 304 : undefined;
  const since = parseDate(header("if-modified-since"));
  return since !== undefined && seconds(validators.modifiedAtMs) <= since ? 304 : undefined;
}

/**
 * Says whether a `Range` counts (RFC 9110 §13.1.5).
 *
 * @param ifRange Value of `If-Range`; without one it counts.
 * @param validators What the file is now.
 * @returns Whether the part is to be sent, not the whole.
 */
export function mayUseRange(ifRange: string | undefined, validators: Validators): boolean {
  if (ifRange === undefined) return true;
  const text = ifRange.trim();
  if (/^(W\/)?"/.test(text)) return validators.tags.includes(text);
  const date = parseDate(text);
  const modified = seconds(validators.modifiedAtMs);
  // A date is a strong validator only when the file was not just changed (§8.8.2.2).
  return date === modified && modified < seconds(Date.now()) - 1;
}

/**
 * Says whether one tag of an `If-Match` is that of the file, by strong comparison.
 *
 * @param header Its value; `*` means any.
 * @param tags Tags of the file.
 */
export function matchesStrongly(header: string, tags: readonly string[]): boolean {
  return header.trim() === "*" || tagsOf(header).some((tag) => tags.includes(tag));
}

function matchesWeakly(header: string, tags: readonly string[]): boolean {
  if (header.trim() === "*") return true;
  return tagsOf(header).some((tag) => tags.includes(tag.replace(/^W\//, "")));
}

function tagsOf(header: string): readonly string[] {
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

function isBefore(header: string | undefined, validators: Validators): boolean {
  const date = parseDate(header);
  return date !== undefined && seconds(validators.modifiedAtMs) > date;
}

function parseDate(header: string | undefined): number | undefined {
  // Dates of HTTP name their zone; what Date takes besides is not one (RFC 9110 §5.6.7).
  if (header === undefined || !/GMT\s*$/.test(header)) return undefined;
  const ms = Date.parse(header);
  return Number.isNaN(ms) ? undefined : seconds(ms);
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
