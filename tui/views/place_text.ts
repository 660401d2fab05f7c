import type { Side } from "../model/pane.ts";
import { shownText } from "./shown_text.ts";

/**
 * Writes where a folder is: a local one with `~` for the home folder, a remote one from `/`.
 *
 * @param side Whose folder.
 * @param folder As the model has it.
 * @param homeFolder The person's home folder, where it is known.
 * @returns Text fit for a cell.
 */
export function placeText(side: Side, folder: string, homeFolder: string | undefined): string {
  if (side === "server") return shownText(folder.startsWith("/") ? folder : `/${folder}`);
  if (homeFolder === undefined || homeFolder === "" || homeFolder === "/") return shownText(folder);
  if (folder === homeFolder) return "~";
  const isInside = folder.startsWith(homeFolder) && /^[/\\]/.test(folder.slice(homeFolder.length));
  return shownText(isInside ? `~${folder.slice(homeFolder.length)}` : folder);
}

/** Writes a count with its noun: `1 file`, `20,000 files`. */
export function countText(count: number, noun: string, plural = `${noun}s`): string {
  return `${groupDigits(count)} ${count === 1 ? noun : plural}`;
}

/** Writes a whole number with its digits in groups of three: `20,000`. */
export function groupDigits(value: number): string {
  return String(Math.trunc(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}
