import type { TextInput } from "../model/dialog.ts";
import { type Line, segment } from "./line.ts";
import { clustersOf, shownText, widthOf } from "./shown_text.ts";

/**
 * Draws a text that is being typed. What finds no room is out of sight at the side that is farther
 * from the cursor.
 *
 * @param input The text and its cursor.
 * @param columns Most columns.
 * @param hasCursor Whether keys go into it.
 * @returns At most that many columns.
 */
export function inputText(input: TextInput, columns: number, hasCursor: boolean): Line {
  const clusters = clustersOf(input.text).map(shownText);
  const at = Math.min(input.cursor, clusters.length);
  const under = clusters[at] ?? " ";
  const room = Math.max(1, columns) - widthOf(under);
  let start = at;
  let used = 0;
  while (start > 0) {
    const takes = widthOf(clusters[start - 1] ?? "");
    if (used + takes > room) break;
    used += takes;
    start--;
  }
  let end = at + 1;
  while (end < clusters.length) {
    const takes = widthOf(clusters[end] ?? "");
    if (used + takes > room) break;
    used += takes;
    end++;
  }
  return [
    segment(clusters.slice(start, at).join("")),
    segment(under, hasCursor ? "cursor" : "plain"),
    segment(clusters.slice(at + 1, end).join("")),
  ].filter((part) => part.columns > 0 && (hasCursor || part.text !== " "));
}
