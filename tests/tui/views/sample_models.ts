import type { HistoryRecord, TrashEntry } from "#protocol/replies.ts";
import type { Snapshot } from "#protocol/replies.ts";
import type { Dialog } from "#tui/model/dialog.ts";
import { initialModel } from "#tui/model/initial_model.ts";
import type { Model } from "#tui/model/model.ts";
import type { PaneEntry } from "#tui/model/pane.ts";
import { sampleTransfers } from "./sample_transfers.ts";

/** A Sunday, in local time: so frames are the same in every time zone. */
export const NOW_MS: number = new Date(2026, 2, 15, 10, 30).getTime();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A model in which everything has something to show. */
export function sampleModel(columns: number, rows: number): Model {
  const model = initialModel({
    columns,
    rows,
    nowMs: NOW_MS,
    serverAddress: "127.0.0.1:9999",
    localFolder: "/home/ada/work",
    homeFolder: "/home/ada",
  });
  const local = [PARENT, ...LOCAL];
  return {
    ...model,
    link: { state: "online", agent: "sluice/0.1.0", connectionId: 7 },
    panes: {
      local: {
        ...model.panes.local,
        entries: LOCAL,
        rows: local,
        cursor: 3,
        selected: new Set(["report.pdf", "日本語のファイル.txt"]),
      },
      server: { ...model.panes.server, entries: SERVER, rows: SERVER, cursor: 1 },
    },
    transfers: {
      ...model.transfers,
      rows: sampleTransfers(NOW_MS),
      cursorId: 1,
      nextId: 100,
    },
    history: { ...model.history, records: HISTORY, rows: HISTORY, cursor: 1 },
    server: {
      ...model.server,
      snapshot: SNAPSHOT,
      rates: Array.from({ length: 120 }, (_, second) => ({
        down: 6e6 + 6e6 * Math.sin(second / 9),
        up: second < 60 ? 0 : 1e6 + second * 20_000,
      })),
      cursor: 0,
    },
  };
}

/** The same with a dialog over it. */
export function withDialog(model: Model, dialog: Dialog): Model {
  return { ...model, dialogs: [...model.dialogs, dialog] };
}

/** Every kind of dialog. */
export const DIALOGS: Readonly<Record<string, Dialog>> = {
  menu: { kind: "menu", cursor: 1 },
  help: {
    kind: "help",
    choice: { filter: { text: "tr", cursor: 2 }, cursor: 1, top: 0 },
  },
  rename: {
    kind: "prompt",
    purpose: { act: "rename", side: "server", folder: "", from: "sample.txt" },
    input: { text: "sämple-日本.txt", cursor: 7 },
    problem: 'Cannot rename "sample.txt": there is a file of that name already',
    isBusy: false,
  },
  mkdir: {
    kind: "prompt",
    purpose: { act: "mkdir", side: "local", folder: "/home/ada/work" },
    input: { text: "", cursor: 0 },
    problem: undefined,
    isBusy: false,
  },
  delete: {
    kind: "delete",
    target: { side: "server", folder: "", entries: [file("a.txt", 1), folder("photos")] },
    isPermanent: false,
  },
  deleteLocal: {
    kind: "delete",
    target: {
      side: "local",
      folder: "/home/ada/work",
      entries: Array.from({ length: 9 }, (_, index) => file(`draft ${index}.txt`, index)),
    },
    isPermanent: true,
  },
  conflict: {
    kind: "conflict",
    transferId: 1,
    name: "/reports/2026/quarter 1.pdf",
    direction: "upload",
    facts: {
      local: { sizeBytes: 48_100, modifiedAtMs: NOW_MS - 60_000 },
      server: { sizeBytes: 47_900, modifiedAtMs: NOW_MS - 7_200_000 },
    },
    cursor: 1,
  },
  quit: { kind: "quit", cursor: 0 },
  details: {
    kind: "details",
    side: "server",
    path: "photos/holiday.jpg",
    entry: file("holiday.jpg", 4_512_876),
    stat: {
      path: "photos/holiday.jpg",
      kind: "file",
      sizeBytes: 4_512_876,
      modifiedAtMs: NOW_MS - DAY_MS,
      version: "1",
      digests: ["xxh128:9f86d081884c7d659a2feaa0c55ad015"],
    },
    digest: undefined,
    digestProgress: 0.42,
    problem: undefined,
  },
  previewText: {
    kind: "preview",
    side: "server",
    path: "notes.txt",
    preview: previewOf(
      "First line\n\tindented\nесть кириллица\n\u001b[31mnot red\n日本語 wide\n",
      12,
    ),
    problem: undefined,
    top: 0,
  },
  previewHex: {
    kind: "preview",
    side: "local",
    path: "/home/ada/work/logo.png",
    preview: {
      bytes: Uint8Array.from({ length: 400 }, (_, index) => (index * 37) % 256),
      sizeBytes: 123_456,
    },
    problem: undefined,
    top: 2,
  },
  found: {
    kind: "found",
    searchId: 1,
    folder: "",
    pattern: "*.txt",
    entries: Array.from({ length: 30 }, (_, index) => ({
      path: `deep/er/folder ${index}/note ${index}.txt`,
      kind: "file" as const,
      sizeBytes: index * 1000,
      modifiedAtMs: NOW_MS - index * DAY_MS,
    })),
    isSearching: true,
    problem: undefined,
    cursor: 2,
    top: 0,
  },
  trash: {
    kind: "trash",
    entries: [trashed("a", "old/report.pdf", 812_000), trashed("b", "photos", 0)],
    selected: new Set(["b"]),
    cursor: 0,
    top: 0,
    problem: undefined,
    isEmptying: false,
  },
  message: {
    kind: "message",
    title: "backup.tar failed",
    lines: [
      'Cannot download "backup.tar": the disk is full',
      "",
      "What was moved is kept: R continues where it stopped, once there is room again.",
    ],
  },
};

const PARENT: PaneEntry = folder("..");

const LOCAL: readonly PaneEntry[] = [
  folder("docs", 2 * DAY_MS),
  { ...file("link", 0), kind: "symlink" },
  file("report.pdf", 1_234_567, HOUR_MS),
  file("video.mp4", 812_000_000, 2 * DAY_MS),
  file("日本語のファイル.txt", 4_200, 20 * DAY_MS),
  file("family 👨‍👩‍👧 photo.jpg", 3_100_000, 400 * DAY_MS),
  file("bad\u001b[2Jname\n.txt", 12, 3 * HOUR_MS),
  file(`${"very long name ".repeat(12)}.tar.gz`, 99_949, HOUR_MS),
  file("café.txt", 946, 5 * DAY_MS),
];

const SERVER: readonly PaneEntry[] = [
  folder("photos", 8 * 60_000),
  file("sample.txt", 946, 89 * 60_000),
  file("sample_script.py", 1_100, 89 * 60_000),
  file("solutions.docx", 40_300, 2 * DAY_MS),
];

const HISTORY: readonly HistoryRecord[] = [
  record(9, "upload", "reports/video.mp4", { bytes: 812_000_000, seconds: 98, digest: "xxh128:1" }),
  record(8, "download", "sample.txt", { bytes: 946, seconds: 0.02, digest: "xxh128:2" }),
  record(7, "rename", "a.txt", { target: "b.txt" }),
  record(6, "delete", "old\n.txt", {}),
  record(5, "upload", "big.iso", { bytes: 41_000_000, seconds: 5, outcome: "disk_full" }),
  record(4, "mkdir", "新しいフォルダ", {}),
  record(3, "restore", "photos", {}),
  record(2, "archive", "photos", { bytes: 31_000_000, seconds: 2.2 }),
];

const SNAPSHOT: Snapshot = {
  agent: "sluice/0.1.0",
  uptimeSeconds: 93_784,
  sequence: 12,
  connections: { open: 3, max: 256 },
  workers: { leased: 2, idle: 1, limit: 8 },
  waiting: 1,
  transfers: 2,
  throttle: { chunkBytes: 65_536, chunkDelayMs: 0, rate: 0, ratePerConnection: 20_000_000 },
  bytes: { up: 1e9, down: 3e9 },
  rates: { up: 3.1e6, down: 12.4e6 },
  changes: 4,
  historyRecords: 9,
  operations: [
    {
      connectionId: 3,
      peer: "127.0.0.1:53214",
      secondsOpen: 61,
      worker: 1,
      state: "working",
      operation: "upload",
      path: "reports/video.mp4",
      doneBytes: 438_000_000,
      totalBytes: 812_000_000,
      rate: 8.1e6,
    },
    {
      connectionId: 4,
      peer: "127.0.0.1:53215",
      secondsOpen: 12,
      state: "waiting",
      position: 1,
      rate: 0,
    },
    {
      connectionId: 7,
      peer: "[2001:db8::1234:5678]:40001",
      secondsOpen: 3_723,
      state: "watching",
      rate: 0,
    },
  ],
};

function file(name: string, sizeBytes: number, ageMs = 0): PaneEntry {
  return { name, kind: "file", sizeBytes, modifiedAtMs: NOW_MS - ageMs };
}

function folder(name: string, ageMs = 0): PaneEntry {
  return { name, kind: "folder", sizeBytes: 0, modifiedAtMs: NOW_MS - ageMs };
}

function trashed(id: string, path: string, sizeBytes: number): TrashEntry {
  const kind = sizeBytes > 0 ? "file" : "folder";
  return { id, path, kind, sizeBytes, deletedAtMs: NOW_MS - HOUR_MS };
}

function record(
  id: number,
  operation: HistoryRecord["operation"],
  path: string,
  more: Partial<HistoryRecord>,
): HistoryRecord {
  const atMs = NOW_MS - (10 - id) * 11 * HOUR_MS;
  const peer = "127.0.0.1:53214";
  return { id, atMs, peer, operation, path, bytes: 0, seconds: 0, outcome: "done", ...more };
}

function previewOf(
  text: string,
  times: number,
): { readonly bytes: Uint8Array; readonly sizeBytes: number } {
  const bytes = new TextEncoder().encode(text.repeat(times));
  return { bytes, sizeBytes: bytes.byteLength };
}
