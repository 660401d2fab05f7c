import assert from "node:assert/strict";
import fc from "fast-check";
import type { InputEvent } from "#tui/input/input_event.ts";
import { layoutOf } from "#tui/model/layout.ts";
import type { Effect } from "#tui/model/effect.ts";
import type { MessageBody } from "#tui/model/message.ts";
import type { Model } from "#tui/model/model.ts";
import type { PaneEntry, Side } from "#tui/model/pane.ts";
import { helpEntries } from "#tui/update/action_entries.ts";
import { MAX_DIALOGS } from "#tui/update/dialog_stack.ts";
import { BINDINGS } from "#tui/update/keymap.ts";
import { CHART_SECONDS } from "#tui/update/link_update.ts";
import { MENU_ACTIONS } from "#tui/update/menu_actions.ts";
import { listFacts, SCREEN_LISTS } from "#tui/update/screen_list.ts";
import { MAX_SAMPLES, SPARKLINE_SECONDS } from "#tui/update/transfer_samples.ts";
import {
  Driver,
  finished,
  keyPress,
  LOCAL_ENTRIES,
  record,
  SERVER_ENTRIES,
  SNAPSHOT,
} from "./driver.ts";

const DIALOG_KEYS = ["y", "n", "o", "O", "b", "w", "e", "#", "a", "é", "👨‍👩‍👧", "ctrl+u", "ctrl+w"];
const allKeys = [...new Set([...BINDINGS.flatMap(({ keys }) => keys), ...DIALOG_KEYS])]
  // Both would end most runs at once.
  .filter((key) => key !== "q" && key !== "ctrl+c");

const side = fc.constantFrom("local", "server");
const someName = fc.oneof(
  fc.constantFrom("a", "b.txt", ".c", "photos", "docs", "\u001b[2J", "back\\slash", "ä"),
  fc.string({ minLength: 1, maxLength: 6 }).map((text) => text.replaceAll("/", "_")),
);
const entry: fc.Arbitrary<PaneEntry> = fc.record({
  name: someName,
  kind: fc.constantFrom("file", "folder", "symlink", "other"),
  sizeBytes: fc.nat(),
  modifiedAtMs: fc.nat(),
});
const entries = fc.uniqueArray(entry, { maxLength: 40, selector: ({ name }) => name });
const id = fc.integer({ min: 1, max: 12 });
const someFacts = fc.option(fc.record({ sizeBytes: fc.nat(), modifiedAtMs: fc.nat() }), {
  nil: undefined,
});

const input: fc.Arbitrary<InputEvent> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...allKeys).map(keyPress) },
  {
    weight: 1,
    arbitrary: fc.string({ maxLength: 9 }).map((text) => ({ kind: "paste" as const, text })),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("mouse" as const),
      action: fc.constantFrom("press", "release", "wheelUp", "wheelDown"),
      column: fc.integer({ min: 0, max: 120 }),
      row: fc.integer({ min: 0, max: 40 }),
    }),
  },
);

/** Something that may happen; `loads` are answered with the number that is waited for. */
type Happening =
  | { readonly kind: "message"; readonly body: MessageBody }
  | { readonly kind: "wait"; readonly ms: number }
  | {
    readonly kind: "loaded" | "failed";
    readonly side: Side;
    readonly entries: readonly PaneEntry[];
  };

const body: fc.Arbitrary<MessageBody> = fc.oneof(
  { weight: 14, arbitrary: input.map((event): MessageBody => ({ kind: "input", event })) },
  fc.record({
    kind: fc.constant("resized" as const),
    columns: fc.integer({ min: 20, max: 200 }),
    rows: fc.integer({ min: 5, max: 60 }),
  }),
  fc.constantFrom<MessageBody>(
    { kind: "linkChanged", link: { state: "online", agent: "a", connectionId: 1 } },
    { kind: "linkChanged", link: { state: "online", agent: "a", connectionId: 2 } },
    { kind: "linkChanged", link: { state: "offline", reason: "r", retryAtMs: 0, attempts: 1 } },
    {
      kind: "linkChanged",
      link: { state: "online", agent: "a", connectionId: undefined, role: "reader" },
    },
    { kind: "tokenAsked", problem: undefined },
    { kind: "tokenAsked", problem: "no" },
    { kind: "trashFailed", reason: "no" },
    { kind: "historyLoaded", loadId: 1, records: [record(2), record(1, { outcome: "busy" })] },
    { kind: "historyFailed", loadId: 2, reason: "no" },
    { kind: "searchEnded", searchId: 1, isCut: true, reason: undefined },
  ),
  fc.nat({ max: 5 }).map((changes): MessageBody => ({
    kind: "snapshot",
    snapshot: { ...SNAPSHOT, changes, historyRecords: changes },
  })),
  fc.record({
    kind: fc.constant("folderLoaded" as const),
    side,
    loadId: fc.nat({ max: 5 }),
    folder: fc.constantFrom("", "/home/me"),
    entries,
  }),
  fc.record({ id, doneBytes: fc.nat() }).map(({ id, doneBytes }): MessageBody => ({
    kind: "progressed",
    reports: [{
      id,
      files: undefined,
      progress: { state: "moving", doneBytes, totalBytes: 2 ** 31, resumedFromBytes: 0 },
    }],
  })),
  fc.record({
    kind: fc.constant("conflictFound" as const),
    id,
    name: someName,
    facts: fc.record({ local: someFacts, server: someFacts }),
  }),
  fc.record({
    kind: fc.constant("transferEnded" as const),
    id,
    end: fc.constantFrom(
      finished(),
      finished("skipped"),
      { kind: "paused" } as const,
      { kind: "cancelled" } as const,
      { kind: "failed", reason: "why" } as const,
    ),
  }),
  fc.record({
    kind: fc.constant("operationEnded" as const),
    operation: fc.constantFrom("rename", "delete", "mkdir", "restore", "emptyTrash"),
    text: fc.constant("done"),
    isFailure: fc.boolean(),
    changed: fc.constantFrom([], ["local" as const], ["server" as const]),
    cursorName: fc.option(someName, { nil: undefined }),
  }),
  fc.uniqueArray(fc.nat({ max: 50 })).map((ids): MessageBody => ({
    kind: "trashLoaded",
    entries: ids.map((n) => ({
      id: `${n}`,
      path: `${n}`,
      kind: "file",
      sizeBytes: 0,
      deletedAtMs: 0,
    })),
  })),
  fc.array(someName).map((found): MessageBody => ({
    kind: "found",
    searchId: 1,
    entries: found.map((path) => ({ path, kind: "file", sizeBytes: 0, modifiedAtMs: 0 })),
  })),
);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 12, arbitrary: body.map((one): Happening => ({ kind: "message", body: one })) },
  {
    weight: 2,
    arbitrary: fc.integer({ min: -5_000, max: 20_000 }).map((ms): Happening => ({
      kind: "wait",
      ms,
    })),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("loaded", "failed"), side, entries }),
  },
);

Deno.test("update() keeps its promises whatever happens", () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(happening, { minLength: 10, maxLength: 150, size: "max" }),
      run,
    ),
    { numRuns: 300 },
  );
});

function run(isReady: boolean, happenings: readonly Happening[]): void {
  const driver = new Driver({ jobs: 2 });
  if (isReady) {
    driver.loaded("local", LOCAL_ENTRIES).online().loaded("server", SERVER_ENTRIES).press(
      "end",
      "u",
    );
  }
  const runs = new Set<number>(isReady ? [1] : []);
  for (const one of happenings) {
    if (one.kind === "wait") driver.wait(one.ms);
    else if (one.kind === "loaded") driver.loaded(one.side, one.entries);
    else if (one.kind === "failed") driver.failed(one.side, "why not");
    else if (one.kind === "message") driver.send(one.body);
    for (const effect of driver.effects) checkEffect(effect, runs);
    if (one.kind === "message" && one.body.kind === "transferEnded") runs.delete(one.body.id);
    checkModel(driver.model);
  }
}

/** A transfer is never started while it runs. */
function checkEffect(effect: Effect, runs: Set<number>): void {
  if (effect.kind !== "startTransfer") return;
  assert.ok(!runs.has(effect.transfer.id), `transfer ${effect.transfer.id} runs twice`);
  runs.add(effect.transfer.id);
}

function checkModel(model: Model): void {
  checkLists(model);
  for (const pane of Object.values(model.panes)) {
    assert.ok(!pane.selected.has(".."));
    const known = new Set(pane.entries.map(({ name }) => name));
    for (const name of pane.selected) assert.ok(known.has(name), `${name} is selected but gone`);
    for (const row of pane.rows) assert.ok(row.name === ".." || known.has(row.name));
  }
  for (const row of model.transfers.rows) {
    assert.ok(row.sparkline.length <= SPARKLINE_SECONDS && row.samples.length <= MAX_SAMPLES);
    assert.ok(row.sparkline.every((rate) => Number.isFinite(rate) && rate >= 0));
    const asks = model.dialogs.some((one) => one.kind === "conflict" && one.transferId === row.id);
    assert.equal(asks, row.phase === "asking");
  }
  assert.ok(model.server.rates.length <= CHART_SECONDS);
  assert.ok(model.dialogs.length <= MAX_DIALOGS + 1);
  const { cursorId, rows } = model.transfers;
  assert.equal(rows.length > 0, rows.some((row) => row.id === cursorId));
}

function checkLists(model: Model): void {
  const places = layoutOf(model, MENU_ACTIONS.length);
  for (const list of SCREEN_LISTS) check(list, listFacts(model, list, places));
  const top = model.dialogs.at(-1);
  const height = places.dialog?.list.rows ?? 1;
  if (top?.kind === "found" || top?.kind === "trash") {
    check(top.kind, { ...top, count: top.entries?.length ?? 0, height });
  }
  if (top?.kind === "help") {
    const count = helpEntries(model, top.choice.filter.text).length;
    check("help", { ...top.choice, count, height });
  }
}

interface Facts {
  readonly cursor: number;
  readonly top: number;
  readonly count: number;
  readonly height: number;
}

function check(list: string, { cursor, top, count, height }: Facts): void {
  const told = `${list}: cursor ${cursor}, top ${top}, ${count} rows, ${height} in sight`;
  assert.ok(cursor >= 0 && cursor < Math.max(1, count), told);
  assert.ok(top <= cursor && cursor < top + height, told);
  assert.ok(top === 0 || top + height <= count, told);
}
