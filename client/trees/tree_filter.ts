import { compileGlob, type PathMatcher } from "#protocol/name_pattern.ts";

/** Which parts of a tree are wanted. */
export interface TreeFilterOptions {
  /** Globs of files and whole folders that are left out. */
  readonly exclude?: readonly string[] | undefined;
  /** Globs of the only files that are taken; all when there is none. */
  readonly include?: readonly string[] | undefined;
}

/** Says whether an entry of a tree is wanted. */
export type TreeFilter = (path: string, kind: string) => boolean;

/**
 * Compiles `--exclude` and `--include`. A glob with a `/` is matched with the path below the tree's
 * root, any other with the last name; `A` differs from `a`. What both match is left out.
 *
 * @param options The globs.
 * @returns The filter, for paths with `/`. What is below a folder that is left out is not asked about.
 */
export function compileTreeFilter(options: TreeFilterOptions): TreeFilter {
  const excluded = (options.exclude ?? []).map(compilePattern);
  const included = (options.include ?? []).map(compilePattern);
  return (path, kind) => {
    if (excluded.some((matches) => matches(path))) return false;
    return kind === "folder" || included.length === 0 || included.some((matches) => matches(path));
  };
}

function compilePattern(pattern: string): PathMatcher {
  // A slash at the end is how people mark a folder, one at the start how they mark the root.
  const bare = pattern.normalize("NFC").replace(/\/+$/, "");
  const matches = compileGlob(bare.replace(/^\/+/, ""));
  if (bare.includes("/")) return (path) => matches(path.normalize("NFC"));
  return (path) => matches(path.slice(path.lastIndexOf("/") + 1).normalize("NFC"));
}
