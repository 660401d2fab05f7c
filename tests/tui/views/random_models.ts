import fc from "fast-check";
import type { Dialog } from "#tui/model/dialog.ts";
import type { Model, ViewName } from "#tui/model/model.ts";
import type { PaneEntry } from "#tui/model/pane.ts";
import { DIALOGS, NOW_MS, sampleModel, withDialog } from "./sample_models.ts";
import { sampleTransfers } from "./sample_transfers.ts";

const encoder = new TextEncoder();

/** Names that file systems allow and screens fear, up to 255 bytes. */
export const anyName: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.array(
    fc.constantFrom(
      "\u001b[2J",
      "\u001b]0;title\u0007",
      "\n",
      "\r",
      "\t",
      "\u009b31m",
      "\u202e",
      "\u2066",
      "\u0301",
      "\u200d",
      "\u200b",
      "\ufe0f",
      "\ud83d",
      "日本語",
      "👨‍👩‍👧",
      "🇫🇷",
      "🇫",
      "👍🏽",
      "🏽",
      "1️⃣",
      "한글",
      "ᄒ",
      "ᅡ",
      "क्षि",
      "กำ",
      "\u0600",
      "ｶﾞ",
      "a",
      " ",
    ),
    { maxLength: 40 },
  ).map((parts) => parts.join("")),
).filter((name) => encoder.encode(name).byteLength <= 255);

const anyEntry: fc.Arbitrary<PaneEntry> = fc.record({
  name: anyName,
  kind: fc.constantFrom("file", "folder", "symlink", "other"),
  sizeBytes: fc.maxSafeNat(),
  modifiedAtMs: fc.oneof(
    fc.integer({ min: -8.64e15, max: 8.64e15 }),
    fc.integer({ min: NOW_MS - 1e9, max: NOW_MS }),
  ),
});

const anyDialog: fc.Arbitrary<Dialog> = fc
  .tuple(fc.constantFrom(...Object.values(DIALOGS)), anyName, anyEntry)
  .map(([dialog, name, entry]) => renamed(dialog, name, entry));

/** Any screen with names of anybody's in every place that shows one. */
export const anyModel: fc.Arbitrary<Model> = fc.record({
  columns: fc.integer({ min: 1, max: 200 }),
  rows: fc.integer({ min: 1, max: 60 }),
  view: fc.constantFrom<ViewName>("files", "transfers", "history", "server"),
  focus: fc.constantFrom<Model["focus"]>("local", "server", "transfers"),
  entries: fc.array(anyEntry, { maxLength: 30 }),
  names: fc.array(anyName, { minLength: 1, maxLength: 18 }),
  dialog: fc.option(anyDialog, { nil: undefined }),
  isOffline: fc.boolean(),
  isTyping: fc.boolean(),
  hasNotice: fc.boolean(),
}).map((parts) => {
  const { columns, rows, view, focus, entries, names, dialog, isOffline, isTyping } = parts;
  const name = (index: number): string => names[index % names.length] ?? "";
  const model = sampleModel(Math.max(1, columns), rows);
  const filter = isTyping ? { text: name(3), isTyping: true } : undefined;
  const made: Model = {
    ...model,
    view,
    focus,
    serverAddress: isOffline ? name(1) : model.serverAddress,
    link: isOffline
      ? { state: "offline", reason: name(2), retryAtMs: NOW_MS + 999, attempts: 1 }
      : model.link,
    notice: parts.hasNotice ? { text: name(5), tone: "bad", untilMs: NOW_MS + 1_000 } : undefined,
    panes: {
      local: {
        ...model.panes.local,
        folder: `/home/ada/${name(0)}`,
        rows: entries,
        selected: new Set(entries.slice(0, 3).map((entry) => entry.name)),
        filter,
      },
      server: {
        ...model.panes.server,
        folder: name(1),
        rows: entries.toReversed(),
        failure: entries.length % 5 === 0 ? name(4) : undefined,
      },
    },
    transfers: {
      ...model.transfers,
      rows: sampleTransfers(NOW_MS).map((transfer, index) => ({
        ...transfer,
        name: name(index),
        localPath: `/home/ada/${name(index)}`,
        remotePath: name(index),
        ...(transfer.failure === undefined ? {} : { failure: name(index + 1) }),
      })),
    },
    history: {
      ...model.history,
      rows: model.history.rows.map((record, index) => ({
        ...record,
        path: name(index),
        peer: name(index + 1),
        ...(record.target === undefined ? {} : { target: name(index + 2) }),
        ...(record.outcome === "done" ? {} : { outcome: name(index + 3) }),
      })),
    },
    server: {
      ...model.server,
      snapshot: model.server.snapshot === undefined ? undefined : {
        ...model.server.snapshot,
        agent: name(0),
        serverName: name(1),
        processes: { answeredBy: name(2).length, running: 1, count: 64 },
        operations: model.server.snapshot.operations.map((operation, index) => ({
          ...operation,
          peer: name(index),
          path: name(index + 1),
          operation: name(index + 2),
        })),
      },
    },
  };
  return dialog === undefined ? made : withDialog(made, dialog);
});

/** The same dialog about something of another name. */
function renamed(dialog: Dialog, name: string, entry: PaneEntry): Dialog {
  switch (dialog.kind) {
    case "prompt":
      return {
        ...dialog,
        input: { text: name, cursor: name.length % 7 },
        problem: name,
        purpose: { act: "rename", side: "server", folder: name, from: name },
      };
    case "delete":
      return { ...dialog, target: { ...dialog.target, entries: [entry, entry] } };
    case "conflict":
      return { ...dialog, name };
    case "details":
      return { ...dialog, path: name, entry, problem: name };
    case "preview": {
      const bytes = encoder.encode(name.repeat(3));
      return { ...dialog, path: name, preview: { bytes, sizeBytes: bytes.byteLength + 5 } };
    }
    case "found":
      return { ...dialog, pattern: name, entries: [{ ...entry, path: name }], problem: name };
    case "trash":
      return {
        ...dialog,
        entries: [{ id: "a", path: name, kind: entry.kind, sizeBytes: 1, deletedAtMs: NOW_MS }],
      };
    case "message":
      return { ...dialog, title: name, lines: [name, name.repeat(4)] };
    case "help":
      return { ...dialog, choice: { ...dialog.choice, filter: { text: name, cursor: 0 } } };
    case "menu":
    case "quit":
      return dialog;
    default:
      return dialog satisfies never;
  }
}
