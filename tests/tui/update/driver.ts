import type { HistoryRecord } from "#protocol/replies.ts";
import type { Snapshot } from "#protocol/replies.ts";
import type { TransferProgress, TransferResult } from "#client/types.ts";
import type { KeyPress, MouseEvent } from "#tui/input/input_event.ts";
import type { Dialog } from "#tui/model/dialog.ts";
import type { Effect } from "#tui/model/effect.ts";
import { initialModel } from "#tui/model/initial_model.ts";
import type { MessageBody, TransferEnd } from "#tui/model/message.ts";
import type { Model } from "#tui/model/model.ts";
import type { Pane, PaneEntry, Side } from "#tui/model/pane.ts";
import type { Transfer } from "#tui/model/transfer.ts";
import type { Step } from "#tui/update/step.ts";
import { start, update } from "#tui/update/update.ts";
import { deepFreeze } from "./deep_freeze.ts";

/** A model that is driven by messages; it remembers the effects that were wanted. */
export class Driver {
  model: Model;
  /** Effects of the last message. */
  effects: readonly Effect[] = [];

  constructor(
    size: { readonly columns?: number; readonly rows?: number; readonly jobs?: number } = {},
  ) {
    const { columns = 80, rows = 24, jobs = 3 } = size;
    this.model = deepFreeze(initialModel({
      columns,
      rows,
      jobs,
      nowMs: 1_000_000,
      serverAddress: "127.0.0.1:9999",
      localFolder: "/home/me",
      homeFolder: "/home/me",
    }));
    this.#take(start(this.model));
  }

  get local(): Pane {
    return this.model.panes.local;
  }

  get server(): Pane {
    return this.model.panes.server;
  }

  get dialog(): Dialog | undefined {
    return this.model.dialogs.at(-1);
  }

  /** The transfers, in their order. */
  get transfers(): readonly Transfer[] {
    return this.model.transfers.rows;
  }

  send(body: MessageBody): this {
    return this.#take(update(this.model, { ...body, atMs: this.model.nowMs }));
  }

  /** Lets time pass: one tick at its end. */
  wait(ms: number): this {
    return this.#take(update(this.model, { kind: "tick", atMs: this.model.nowMs + ms }));
  }

  /** Presses keys one after another, by their names in the keymap. */
  press(...keys: readonly string[]): this {
    for (const key of keys) this.send({ kind: "input", event: keyPress(key) });
    return this;
  }

  /** Types each character of a text. */
  type(text: string): this {
    return this.press(...text);
  }

  paste(text: string): this {
    return this.send({ kind: "input", event: { kind: "paste", text } });
  }

  mouse(action: MouseEvent["action"], column: number, row: number): this {
    return this.send({ kind: "input", event: { kind: "mouse", action, column, row } });
  }

  /** Answers the load that a pane waits for. */
  loaded(side: Side, entries: readonly PaneEntry[], folder?: string): this {
    const pane = this.model.panes[side];
    const asked = folder ?? this.#askedFolder(side) ?? pane.folder;
    return this.send({ kind: "folderLoaded", side, loadId: pane.loadId, folder: asked, entries });
  }

  failed(side: Side, reason: string, folder?: string): this {
    const { loadId, folder: shown } = this.model.panes[side];
    const asked = folder ?? this.#askedFolder(side) ?? shown;
    return this.send({ kind: "folderFailed", side, loadId, folder: asked, reason });
  }

  online(): this {
    return this.send({
      kind: "linkChanged",
      link: { state: "online", agent: "sluice/0.1.0", connectionId: 1 },
    });
  }

  offline(): this {
    const { nowMs } = this.model;
    const link = {
      state: "offline",
      reason: "refused",
      retryAtMs: nowMs + 1000,
      attempts: 1,
    } as const;
    return this.send({ kind: "linkChanged", link });
  }

  progress(id: number, doneBytes: number, more: Partial<TransferProgress> = {}): this {
    const progress: TransferProgress = {
      state: "moving",
      doneBytes,
      totalBytes: 1_000_000,
      resumedFromBytes: 0,
      ...more,
    };
    return this.send({ kind: "progressed", reports: [{ id, progress, files: undefined }] });
  }

  ended(id: number, end: TransferEnd): this {
    return this.send({ kind: "transferEnded", id, end });
  }

  snapshot(change: Partial<Snapshot> = {}): this {
    return this.send({ kind: "snapshot", snapshot: { ...SNAPSHOT, ...change } });
  }

  #askedFolder(side: Side): string | undefined {
    return this.effects.flatMap((effect) =>
      effect.kind === "loadFolder" && effect.side === side ? [effect.folder] : []
    ).at(-1);
  }

  #take(step: Step): this {
    this.model = deepFreeze(step.model);
    this.effects = step.effects;
    return this;
  }
}

/** Both panes with a few entries, and the server there. */
export function readyDriver(size?: ConstructorParameters<typeof Driver>[0]): Driver {
  const driver = new Driver(size).loaded("local", LOCAL_ENTRIES);
  return driver.online().loaded("server", SERVER_ENTRIES);
}

export const LOCAL_ENTRIES: readonly PaneEntry[] = [
  file("report.pdf", 1_200_000),
  file("video.mp4", 812_000_000),
  folder("docs"),
  file(".secret", 10),
];

export const SERVER_ENTRIES: readonly PaneEntry[] = [
  file("sample.txt", 946),
  folder("photos"),
  file("script.py", 1_100),
];

export function file(name: string, sizeBytes = 100, modifiedAtMs = 0): PaneEntry {
  return { name, kind: "file", sizeBytes, modifiedAtMs };
}

export function folder(name: string): PaneEntry {
  return { name, kind: "folder", sizeBytes: 0, modifiedAtMs: 0 };
}

/** `count` files with names in order. */
export function files(count: number): readonly PaneEntry[] {
  return Array.from({ length: count }, (_, index) => file(`f${String(index).padStart(5, "0")}`));
}

export function names(pane: Pane): readonly string[] {
  return pane.rows.map(({ name }) => name);
}

/** A press of a key by its name in the keymap. */
export function keyPress(name: string): KeyPress {
  const at = name.length === 1 ? -1 : name.lastIndexOf("+", name.length - 2);
  const modifiers = at === -1 ? [] : name.slice(0, at).split("+");
  return {
    kind: "key",
    key: name.slice(at + 1),
    isControl: modifiers.includes("ctrl"),
    isAlt: modifiers.includes("alt"),
    isShift: modifiers.includes("shift"),
  };
}

/** What a finished transfer ends with. */
export function finished(outcome: TransferResult["outcome"] = "created"): TransferEnd {
  return {
    kind: "finished",
    files: undefined,
    result: {
      direction: "upload",
      outcome,
      remotePath: "a",
      localPath: "/a",
      sizeBytes: 1,
      seconds: 1,
      resumedFromBytes: 0,
    },
  };
}

export function record(id: number, change: Partial<HistoryRecord> = {}): HistoryRecord {
  return {
    id,
    atMs: id,
    peer: "127.0.0.1:5000",
    operation: "upload",
    path: `folder/file${id}.txt`,
    bytes: 10,
    seconds: 1,
    outcome: "done",
    ...change,
  };
}

export const SNAPSHOT: Snapshot = {
  agent: "sluice/0.1.0",
  uptimeSeconds: 1,
  sequence: 1,
  connections: { open: 1, max: 10 },
  workers: { leased: 0, idle: 1, limit: 4 },
  waiting: 0,
  transfers: 0,
  throttle: { chunkBytes: 1000, chunkDelayMs: 0, rate: 0, ratePerConnection: 0 },
  bytes: { up: 0, down: 0 },
  rates: { up: 5, down: 7 },
  changes: 1,
  historyRecords: 1,
  operations: [],
};
