import { posix } from "node:path";

/** One import, export-from, dynamic import or worker URL of a source file. */
export interface SourceImport {
  /** The importing file, relative to the checkout. */
  readonly file: string;
  /** As written. */
  readonly specifier: string;
  /** The imported file of this project; `undefined` for a package. */
  readonly target: string | undefined;
}

/** Each way in which a module names another, with the specifier as the only group. */
const FORMS: readonly RegExp[] = [
  /^\s*import\s+(?:[\w*{][^"';]*?\sfrom\s+)?["']([^"']+)["']/gm,
  /^\s*export\s+(?:type\s+)?(?:\*|\{)[^"';]*?from\s+["']([^"']+)["']/gm,
  /\bimport\(\s*["']([^"']+)["']/g,
  // A URL may as well be that of a folder or a picture.
  /\bnew URL\(\s*["']([^"']+\.[jt]sx?)["']\s*,\s*import\.meta\.url/g,
  /\bimport\.meta\.resolve\(\s*["']([^"']+\.[jt]sx?)["']/g,
];

/**
 * Finds what a source file imports.
 *
 * @param file Its path, relative to the checkout.
 * @param source Its text.
 * @param aliases deno.json's import map.
 * @returns One entry per import.
 */
export function importsOf(
  file: string,
  source: string,
  aliases: Readonly<Record<string, string>>,
): SourceImport[] {
  return FORMS.flatMap((form) => [...source.matchAll(form)]).map(([, specifier = ""]) => ({
    file,
    specifier,
    target: resolve(file, specifier, aliases),
  }));
}

function resolve(
  file: string,
  specifier: string,
  aliases: Readonly<Record<string, string>>,
): string | undefined {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(file), specifier);
  const alias = Object.keys(aliases).find((name) =>
    name.endsWith("/") && specifier.startsWith(name)
  );
  if (alias === undefined) return undefined;
  const folder = aliases[alias] ?? "";
  return folder.startsWith(".") ? posix.join(folder, specifier.slice(alias.length)) : undefined;
}
