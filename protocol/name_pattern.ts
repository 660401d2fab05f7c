/** Says whether a path matches. */
export type PathMatcher = (path: string) => boolean;

/**
 * Compiles a pattern that names are looked for with (docs/protocol.md §6.8). A pattern with `*`, `?` or
 * `[` is a glob, any other is looked for as a part. It is matched with the last name, or with the whole
 * path when it holds a `/`.
 *
 * Matching takes time in proportion to pattern times name, whatever the pattern: it comes from a peer,
 * and a regular expression made from it could take for ever.
 *
 * @param pattern What a person typed.
 * @param isCaseSensitive Whether `A` differs from `a`.
 * @returns The matcher, for paths with `/`.
 */
export function compileNamePattern(pattern: string, isCaseSensitive = false): PathMatcher {
  const fold = (text: string): string => {
    const normal = text.normalize("NFC");
    return isCaseSensitive ? normal : normal.toLowerCase();
  };
  const wanted = fold(pattern);
  const isGlob = /[*?[]/.test(wanted);
  const match = isGlob ? compileGlob(wanted) : (text: string): boolean => text.includes(wanted);
  if (wanted.includes("/")) return (path) => match(fold(path));
  return (path) => match(fold(path.slice(path.lastIndexOf("/") + 1)));
}

/** One step of a glob. */
type Step =
  | { readonly kind: "text"; readonly character: string }
  | { readonly kind: "any" }
  | { readonly kind: "set"; readonly isNegated: boolean; readonly ranges: readonly Range[] }
  /** `*`, or `**` which also passes over `/`. */
  | { readonly kind: "star"; readonly crossesSlash: boolean };

type Range = readonly [first: string, last: string];

/**
 * Compiles a glob: `*` is any characters but `/`, `**` any characters, `?` one but `/`, `[a-z]` and
 * `[!a-z]` one of a set.
 *
 * @param glob The glob; a `[` without its `]` stands for itself.
 * @returns Whether a whole text matches.
 */
export function compileGlob(glob: string): PathMatcher {
  const steps = parseGlob([...glob]);
  return (text) => runGlob(steps, [...text]);
}

function parseGlob(characters: readonly string[]): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (character === "*") {
      const crossesSlash = characters[at + 1] === "*";
      while (characters[at + 1] === "*") at++;
      // `**/` also stands for nothing, so that `**/a` finds `a` itself.
      if (crossesSlash && characters[at + 1] === "/") at++;
      steps.push({ kind: "star", crossesSlash });
    } else if (character === "?") {
      steps.push({ kind: "any" });
    } else if (character === "[") {
      const end = characters.indexOf("]", at + 2);
      if (end === -1) {
        steps.push({ kind: "text", character });
      } else {
        steps.push(parseSet(characters.slice(at + 1, end)));
        at = end;
      }
    } else {
      steps.push({ kind: "text", character });
    }
  }
  return steps;
}

function parseSet(inside: readonly string[]): Step {
  const isNegated = inside[0] === "!" || inside[0] === "^";
  const members = isNegated ? inside.slice(1) : inside;
  const ranges: Range[] = [];
  for (let at = 0; at < members.length; at++) {
    const first = members[at] ?? "";
    const hasRange = members[at + 1] === "-" && at + 2 < members.length;
    ranges.push([first, hasRange ? members[at + 2] ?? first : first]);
    if (hasRange) at += 2;
  }
  return { kind: "set", isNegated, ranges };
}

/** Follows all ways through the glob at once: a set of steps that may come next. */
function runGlob(steps: readonly Step[], text: readonly string[]): boolean {
  let live = skipStars(steps, new Set([0]));
  for (const character of text) {
    const next = new Set<number>();
    for (const at of live) {
      const step = steps[at];
      if (step === undefined) continue;
      if (step.kind === "star") {
        if (step.crossesSlash || character !== "/") next.add(at);
      } else if (matchesOne(step, character)) {
        next.add(at + 1);
      }
    }
    if (next.size === 0) return false;
    live = skipStars(steps, next);
  }
  return live.has(steps.length);
}

/** A star may stand for nothing: the step behind it may come next as well. */
function skipStars(steps: readonly Step[], live: Set<number>): Set<number> {
  for (const at of live) {
    if (steps[at]?.kind === "star") live.add(at + 1);
  }
  return live;
}

function matchesOne(step: Exclude<Step, { kind: "star" }>, character: string): boolean {
  switch (step.kind) {
    case "text":
      return step.character === character;
    case "any":
      return character !== "/";
    case "set": {
      const isIn = step.ranges.some(([first, last]) => first <= character && character <= last);
      return character !== "/" && isIn !== step.isNegated;
    }
  }
}
