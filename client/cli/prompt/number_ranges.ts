/**
 * Parses a choice of several numbers, such as `1,3-5` or `2 4`; `all` or `*` takes every one.
 *
 * @param text What a person typed.
 * @param count How many there are to choose from.
 * @returns Numbers from 1 to `count`, each once, in ascending order; undefined when the text is not
 * such a choice.
 */
export function parseNumberRanges(text: string, count: number): readonly number[] | undefined {
  const parts = text.trim().replaceAll(/\s*[-–]\s*/g, "-").split(/[\s,]+/).filter((part) =>
    part !== ""
  );
  if (parts.length === 0) return undefined;
  if (parts.length === 1 && /^(all|\*)$/i.test(parts[0] ?? "")) return rangeOf(1, count);
  const chosen = new Set<number>();
  for (const part of parts) {
    const range = parseRange(part, count);
    if (range === undefined) return undefined;
    for (const number of range) chosen.add(number);
  }
  return [...chosen].sort((a, b) => a - b);
}

function parseRange(part: string, count: number): readonly number[] | undefined {
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  // The bound comes before the list is made: "1-999999999" must not fill the memory.
  if (first < 1 || last > count || first > last) return undefined;
  return rangeOf(first, last);
}

function rangeOf(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
