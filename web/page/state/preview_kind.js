// @ts-check

/** @typedef {"image" | "audio" | "video" | "text" | "none"} PreviewKind */

/** @type {Readonly<Record<Exclude<PreviewKind, "none">, readonly string[]>>} */
const ENDINGS = {
  image: ["png", "jpg", "jpeg", "gif", "webp", "avif", "bmp", "ico"],
  audio: ["mp3", "ogg", "oga", "opus", "wav", "flac", "m4a", "aac", "weba"],
  video: ["mp4", "webm", "m4v", "ogv", "mov"],
  text: ["txt", "md", "csv", "tsv", "log", "json", "jsonl", "ndjson", "xml", "yaml", "yml", "toml"]
    .concat([
      "ini",
      "conf",
      "html",
      "htm",
      "css",
      "js",
      "mjs",
      "ts",
      "tsx",
      "jsx",
      "py",
      "rs",
      "go",
    ])
    .concat(["c", "h", "cc", "cpp", "hpp", "java", "kt", "rb", "sh", "bash", "zsh", "sql", "tex"])
    .concat(["diff", "patch", "srt", "vtt", "lock", "env", "gitignore", "svg"]),
};

/** Names without an ending that are text by custom. */
const TEXT_NAMES = new Set(["readme", "license", "makefile", "dockerfile", "changelog", "todo"]);

/**
 * Says how a file can be shown, by its name alone.
 *
 * @param {string} name
 * @returns {PreviewKind}
 */
export function previewKind(name) {
  const lower = name.toLowerCase();
  if (TEXT_NAMES.has(lower)) return "text";
  const ending = lower.slice(lower.lastIndexOf(".") + 1);
  for (const kind of /** @type {(keyof typeof ENDINGS)[]} */ (Object.keys(ENDINGS))) {
    if (lower.includes(".") && ENDINGS[kind].includes(ending)) return kind;
  }
  return "none";
}
