import { createHash } from "node:crypto";
import { join } from "node:path";
import { KEPT_FILES } from "./kept_files.ts";

/** A file of the page, held in memory. */
export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  /** Entity tag, in quotes. */
  readonly tag: string;
}

/** Files by their addresses: `/page/app.js`, `/lib/tus.js`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** Bytes of all files together: the page is small, and so it stays. */
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_DEPTH = 6;

const TYPES: ReadonlyMap<string, string> = new Map(Object.entries({
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  js: "text/javascript; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  webmanifest: "application/manifest+json",
  woff2: "font/woff2",
}));

/**
 * Reads the page once. Nothing that is asked for later can make the gateway read another file.
 *
 * @param folder Folder of the page.
 * @returns Its files, and those of kept packages.
 * @throws {RangeError} When there are more bytes than a page should have.
 */
export async function readPageFiles(folder: string): Promise<PageFiles> {
  const files = new Map<string, PageFile>();
  const encoder = new TextEncoder();
  for (const [name, text] of Object.entries(KEPT_FILES)) {
    files.set(`/lib/${name}`, describe(name, encoder.encode(text)));
  }
  await readInto(files, folder, "/page", MOST_DEPTH);
  let bytes = 0;
  for (const file of files.values()) bytes += file.bytes.byteLength;
  if (bytes <= MOST_BYTES) return files;
  throw new RangeError(`Cannot serve the page: its files are over ${MOST_BYTES} bytes`);
}

async function readInto(
  files: Map<string, PageFile>,
  folder: string,
  address: string,
  depth: number,
): Promise<void> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const place = join(folder, name);
    if (isDirectory && depth > 0) await readInto(files, place, `${address}/${name}`, depth - 1);
    if (!isFile || !TYPES.has(endingOf(name))) continue;
    files.set(`${address}/${name}`, describe(name, await Deno.readFile(place)));
  }
}

function describe(name: string, bytes: Uint8Array<ArrayBuffer>): PageFile {
  const hash = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  const contentType = TYPES.get(endingOf(name)) ?? "application/octet-stream";
  return { bytes, contentType, tag: `"${hash}"` };
}

function endingOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
