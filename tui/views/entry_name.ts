import type { EntryKind } from "#protocol/replies.ts";
import { shownText } from "./shown_text.ts";
import type { Tone } from "./style.ts";

/** Writes a name as `ls -F` does: what is no file has a sign behind it. */
export function entryName(name: string, kind: EntryKind): string {
  if (name === "..") return name;
  return shownText(name) + SIGNS[kind];
}

/** The look of a name. */
export function entryTone(kind: EntryKind): Tone {
  if (kind === "folder") return "folder";
  return kind === "file" ? "plain" : "dim";
}

const SIGNS: Readonly<Record<EntryKind, string>> = {
  file: "",
  folder: "/",
  symlink: "@",
  other: "?",
};
