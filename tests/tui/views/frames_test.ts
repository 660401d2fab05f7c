import type { Model } from "#tui/model/model.ts";
import { screenLines } from "#tui/views/screen_lines.ts";
import { DIALOGS, NOW_MS, sampleModel, withDialog } from "./sample_models.ts";
import { assertFillsScreen } from "./screen_checks.ts";

const SIZES: readonly (readonly [columns: number, rows: number])[] = [[120, 40], [80, 24], [
  50,
  20,
]];

const VIEWS: Readonly<Record<string, (model: Model) => Model>> = {
  "files": (model) => model,
  "files with the keys in the transfers": (model) => ({ ...model, focus: "transfers" }),
  "files without a server": (model) => offline(model),
  "files with a filter and a notice": (model) => filtering(model),
  "transfers": (model) => ({ ...model, view: "transfers" }),
  "no transfers": (model) => ({ ...withoutTransfers(model), view: "transfers" }),
  "history": (model) => ({ ...model, view: "history" }),
  "server": (model) => ({ ...model, view: "server" }),
  "server before the first report": (model) => ({ ...offline(model), view: "server" }),
};

for (const [columns, rows] of SIZES) {
  for (const [name, change] of Object.entries(VIEWS)) {
    Deno.test(`screenLines() draws ${name} at ${columns}×${rows}`, async (t) => {
      const model = change(sampleModel(columns, rows));
      const plain = screenLines(model, { color: false });
      assertFillsScreen(plain, columns, rows);
      await t.assertSnapshot(readable(plain));
      const colored = screenLines(model, { color: true });
      assertFillsScreen(colored, columns, rows);
      await t.assertSnapshot(readable(colored));
    });
  }

  for (const [name, dialog] of Object.entries(DIALOGS)) {
    Deno.test(`screenLines() draws the dialog ${name} at ${columns}×${rows}`, async (t) => {
      const below = sampleModel(columns, rows);
      const model = withDialog(below, dialog);
      const page = screenLines(below, { color: false });
      const plain = screenLines(model, { color: false });
      assertFillsScreen(plain, columns, rows);
      // The page below it is in the snapshots above.
      await t.assertSnapshot(readable(plain.filter((line, row) => line !== page[row])));
      const colored = screenLines(model, { color: true });
      assertFillsScreen(colored, columns, rows);
      const coloredPage = screenLines(below, { color: true });
      await t.assertSnapshot(readable(colored.filter((line, row) => line !== coloredPage[row])));
    });
  }
}

Deno.test("screenLines() says what is needed when the screen is too small", async (t) => {
  for (const [columns, rows] of [[39, 11], [200, 11], [39, 60], [10, 2]] as const) {
    const lines = screenLines(sampleModel(columns, rows), { color: true });
    assertFillsScreen(lines, columns, rows);
    await t.assertSnapshot(lines.map((line) => line.trim()).filter((line) => line !== ""));
  }
});

Deno.test("screenLines() shows every dialog at the least size", async (t) => {
  for (const dialog of Object.values(DIALOGS)) {
    const lines = screenLines(withDialog(sampleModel(40, 12), dialog), { color: false });
    assertFillsScreen(lines, 40, 12);
    await t.assertSnapshot(readable(lines));
  }
});

function readable(lines: readonly string[]): string {
  return lines.join("\n").replaceAll("\x1b", "␛");
}

function offline(model: Model): Model {
  return {
    ...model,
    link: {
      state: "offline",
      reason: "the server refused the connection",
      retryAtMs: NOW_MS + 2_400,
      attempts: 3,
    },
    server: { ...model.server, snapshot: undefined },
    panes: {
      ...model.panes,
      server: { ...model.panes.server, entries: [], rows: [], cursor: 0 },
    },
  };
}

function withoutTransfers(model: Model): Model {
  return { ...model, transfers: { ...model.transfers, rows: [], cursorId: undefined } };
}

function filtering(model: Model): Model {
  const { local, server } = model.panes;
  return {
    ...withoutTransfers(model),
    focus: "server",
    notice: { text: "Renamed a\n.txt to b.txt", tone: "good", untilMs: NOW_MS + 1 },
    panes: {
      local: { ...local, failure: 'Cannot read "/home/ada/work": permission denied' },
      server: {
        ...server,
        rows: server.rows.slice(1),
        cursor: 0,
        filter: { text: "s", isTyping: true },
        sort: { by: "size", isDescending: true },
      },
    },
  };
}
