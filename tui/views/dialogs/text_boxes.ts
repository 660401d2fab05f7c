import { formatBytes } from "#protocol/byte_units.ts";
import type { Dialog, TextInput } from "../../model/dialog.ts";
import type { Model } from "../../model/model.ts";
import type { Canvas } from "../canvas.ts";
import { entryName } from "../entry_name.ts";
import { inputText } from "../input_text.ts";
import { cell, type Line, segment } from "../line.ts";
import { countText, groupDigits, placeText } from "../place_text.ts";
import { clustersOf, shownText } from "../shown_text.ts";
import { putTextBox, textLines } from "./box.ts";

/** Names that are listed before the rest is only counted. */
const MOST_NAMES = 6;

/** Draws a line to type into, and why it was refused. */
export function putPrompt(
  canvas: Canvas,
  model: Model,
  dialog: Extract<Dialog, { kind: "prompt" }>,
): void {
  const { problem, isBusy } = dialog;
  const { title, label } = promptWords(model, dialog.purpose);
  const enter = isBusy ? "wait…" : "do it";
  putTextBox(
    canvas,
    66,
    { title, hints: [["Enter", enter], ["Esc", "cancel"]] },
    (columns) => [
      [cell(label, columns, { tone: "dim", cut: "middle" })],
      [segment("› ", "accent"), ...inputText(shownInput(dialog), columns - 2, true)],
      ...(problem === undefined ? [[]] : textLines(`✗ ${shownText(problem)}`, columns, "bad")),
    ],
  );
}

/** A token is not shown to whoever looks over a shoulder, only how much of it there is. */
function shownInput({ purpose, input }: Extract<Dialog, { kind: "prompt" }>): TextInput {
  if (purpose.act !== "token") return input;
  return { ...input, text: "*".repeat(clustersOf(input.text).length) };
}

/** Draws the question whether something shall be deleted. */
export function putDelete(
  canvas: Canvas,
  dialog: Extract<Dialog, { kind: "delete" }>,
): void {
  const { target, isPermanent } = dialog;
  const isLocal = target.side === "local";
  const isForGood = isLocal || isPermanent;
  const count = target.entries.length;
  const fate = isForGood
    ? `${
      isLocal ? "Removed from this machine" : "Removed from the server"
    } for good: it cannot be undone.`
    : "Moved to the server's trash: T restores from there.";
  putTextBox(canvas, 60, {
    title: `Delete ${countText(count, "entry", "entries")}?`,
    hints: [
      ["y", isForGood ? "delete for good" : "delete"],
      ["n", "keep"],
      ...(isLocal ? [] : [["p", isPermanent ? "into the trash" : "for good"] as const]),
    ],
    tone: isForGood ? "bad" : "warn",
  }, (columns) => {
    const warning = textLines(fate, columns, isForGood ? "bad" : "plain");
    // On a low screen names give way: what will become of them must be read.
    const room = Math.max(1, Math.min(MOST_NAMES, canvas.rows - warning.length - 6));
    const rest = count - room;
    return [
      ...target.entries.slice(0, room).map(({ name, kind }): Line => [
        cell(entryName(name, kind), columns, { cut: "middle", tone: "strong" }),
      ]),
      ...(rest > 0 ? [[segment(`and ${groupDigits(rest)} more`, "dim")]] : []),
      [],
      ...warning,
    ];
  });
}

/** Draws what is known of one entry. */
export function putDetails(
  canvas: Canvas,
  model: Model,
  dialog: Extract<Dialog, { kind: "details" }>,
): void {
  const { entry, side, path, stat, digest, digestProgress, problem } = dialog;
  const size = stat?.sizeBytes ?? entry.sizeBytes;
  const modifiedAtMs = stat?.modifiedAtMs ?? entry.modifiedAtMs;
  const kind = stat?.kind ?? entry.kind;
  const digests = [
    ...new Set([...(digest === undefined ? [] : [digest]), ...(stat?.digests ?? [])]),
  ];
  const pairs: readonly (readonly [string, string])[] = [
    ["Where", placeText(side, path, model.homeFolder)],
    ["Kind", kind],
    ...(kind === "file" ? [["Size", sizeText(size)] as const] : []),
    ["Changed", fullTime(modifiedAtMs)],
    ...digests.map((one) => ["Digest", shownText(one)] as const),
    ...(digestProgress === undefined
      ? []
      : [["Digest", `computing, ${Math.floor(digestProgress * 100)}%`] as const]),
  ];
  const canCompute = kind === "file" && digest === undefined && digestProgress === undefined;
  putTextBox(canvas, 76, {
    title: entryName(entry.name, kind),
    hints: [...(canCompute ? [["#", "checksum"] as const] : []), ["Esc", "close"]],
  }, (columns) => [
    ...pairs.flatMap(([label, text]) => labelled(label, text, columns)),
    ...(problem === undefined ? [] : textLines(`✗ ${shownText(problem)}`, columns, "bad")),
  ]);
}

/** Draws something to read. */
export function putMessage(
  canvas: Canvas,
  dialog: Extract<Dialog, { kind: "message" }>,
): void {
  putTextBox(canvas, 76, {
    title: shownText(dialog.title),
    hints: [["Esc", "close"]],
  }, (columns) => dialog.lines.flatMap((line) => textLines(shownText(line), columns)));
}

/** Columns of a label and the space behind it. */
const LABEL = 9;

function labelled(label: string, text: string, columns: number): readonly Line[] {
  return textLines(text, columns - LABEL).map((line, index) => [
    cell(index === 0 ? label : "", LABEL, { tone: "dim" }),
    ...line,
  ]);
}

function promptWords(
  model: Model,
  purpose: Extract<Dialog, { kind: "prompt" }>["purpose"],
): { readonly title: string; readonly label: string } {
  switch (purpose.act) {
    case "rename":
      return { title: "Rename", label: `New name of ${shownText(purpose.from)}` };
    case "mkdir": {
      const place = placeText(purpose.side, purpose.folder, model.homeFolder);
      return { title: "New folder", label: `Name of the new folder in ${place}` };
    }
    case "search": {
      const place = placeText("server", purpose.folder, undefined);
      return { title: "Search the server", label: `Part of a name, or a pattern, below ${place}` };
    }
    case "goto":
      return {
        title: "Go to",
        label: purpose.side === "local" ? "Folder on this machine" : "Folder on the server",
      };
    case "token":
      return {
        title: "Access token",
        label: `${model.serverAddress} asks for one; it is not shown`,
      };
    default:
      return purpose satisfies never;
  }
}

function sizeText(bytes: number): string {
  const size = formatBytes(bytes);
  return bytes < 1000 ? size : `${size} (${groupDigits(bytes)} bytes)`;
}

/** `2026-03-01 14:05:09` in the machine's time zone. */
function fullTime(atMs: number): string {
  const time = new Date(atMs);
  // A server may state what is no time.
  if (atMs === 0 || Number.isNaN(time.getTime())) return "not known";
  const two = (value: number): string => String(value).padStart(2, "0");
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
