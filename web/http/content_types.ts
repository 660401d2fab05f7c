/** How a file may be shown by a browser. */
export interface Showing {
  readonly contentType: string;
  /** Whether a browser may show it in place; never true for what can hold a script. */
  readonly isInline: boolean;
}

const DOWNLOAD_TYPES: ReadonlyMap<string, string> = new Map(Object.entries({
  css: "text/css",
  csv: "text/csv",
  gz: "application/gzip",
  htm: "text/html",
  html: "text/html",
  js: "text/javascript",
  json: "application/json",
  md: "text/markdown",
  mjs: "text/javascript",
  pdf: "application/pdf",
  svg: "image/svg+xml",
  tar: "application/x-tar",
  txt: "text/plain; charset=utf-8",
  wasm: "application/wasm",
  webmanifest: "application/manifest+json",
  xml: "application/xml",
  zip: "application/zip",
}));

const MEDIA_TYPES: ReadonlyMap<string, string> = new Map(Object.entries({
  aac: "audio/aac",
  avif: "image/avif",
  bmp: "image/bmp",
  flac: "audio/flac",
  gif: "image/gif",
  ico: "image/x-icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  m4a: "audio/mp4",
  m4v: "video/mp4",
  mkv: "video/x-matroska",
  mov: "video/quicktime",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  oga: "audio/ogg",
  ogg: "audio/ogg",
  ogv: "video/ogg",
  opus: "audio/ogg",
  png: "image/png",
  wav: "audio/wav",
  weba: "audio/webm",
  webm: "video/webm",
  webp: "image/webp",
}));

/** Endings that are shown as plain text, whatever they are besides. */
const TEXT_ENDINGS: ReadonlySet<string> = new Set(
  ("txt text md markdown log csv tsv json jsonl ndjson js mjs cjs ts tsx jsx mts css scss less html htm xhtml xml yaml " +
    "yml toml ini cfg conf env sh bash zsh fish bat ps1 py rb pl php lua go rs c h cc cpp hpp cs java kt swift sql " +
    "r tex bib srt vtt diff patch properties gitignore dockerfile makefile lock rst adoc license readme")
    .split(" "),
);

/**
 * Gives the type under which a file is saved.
 *
 * @param name Name of the file.
 */
export function downloadType(name: string): string {
  const ending = endingOf(name);
  return DOWNLOAD_TYPES.get(ending) ?? MEDIA_TYPES.get(ending) ?? "application/octet-stream";
}

/**
 * Says how a file may be shown. HTML is text; SVG and PDF, which can hold scripts and are no text, are not shown.
 *
 * @param name Name of the file.
 */
export function previewType(name: string): Showing {
  const ending = endingOf(name);
  const media = MEDIA_TYPES.get(ending);
  if (media !== undefined) return { contentType: media, isInline: true };
  if (TEXT_ENDINGS.has(ending)) return { contentType: "text/plain; charset=utf-8", isInline: true };
  return { contentType: downloadType(name), isInline: false };
}

function endingOf(name: string): string {
  // A name without a dot may be its own ending: Makefile, LICENSE.
  return name.slice(name.lastIndexOf(".") + 1).toLowerCase();
}
