import { compileGlob, type PathMatcher } from "#protocol/name_pattern.ts";

/** Which new names are refused. */
export interface NameRules {
  /**
   * @param path Remote path of the new entry.
   * @param isFolder Whether it is a folder: those are free of what files must match.
   * @returns Why it is refused; `undefined` when it is not.
   */
  refusal(path: string, isFolder: boolean): string | undefined;
}

/**
 * Compiles the globs for names. One with a `/` is matched with the path, any other with a name;
 * capitals and composed letters do not count, as some file systems see it.
 *
 * What is denied is denied as a folder on the way, too. What is allowed concerns files only, so that
 * they may lie in folders.
 *
 * @param allow Globs, one of which a file must match; all are allowed when there is none.
 * @param deny Globs that no name may match.
 * @returns The rules.
 */
export function compileNameRules(allow: readonly string[], deny: readonly string[]): NameRules {
  const allowed = allow.map(compile);
  const denied = deny.map(compile);
  return {
    refusal: (path, isFolder): string | undefined => {
      if (denied.length > 0 && trunks(fold(path)).some((part) => matchesAny(denied, part))) {
        return "the server refuses this name";
      }
      if (isFolder || allowed.length === 0 || matchesAny(allowed, fold(path))) return undefined;
      return "the server takes no files of this name";
    },
  };
}

function compile(glob: string): PathMatcher {
  const match = compileGlob(fold(glob));
  if (glob.includes("/")) return match;
  return (path) => match(path.slice(path.lastIndexOf("/") + 1));
}

function matchesAny(matchers: readonly PathMatcher[], path: string): boolean {
  return matchers.some((matches) => matches(path));
}

/** `a`, `a/b` and `a/b/c` of `a/b/c`. */
function trunks(path: string): string[] {
  const names = path.split("/");
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}

function fold(text: string): string {
  return text.normalize("NFC").toLowerCase();
}
