import assert from "node:assert/strict";
import { NO_SCREEN, type ScreenProcess } from "#tests/support/screen_process.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { startTui } from "./tui_client.ts";

const MANY = 20_000;
const PAGES = 100;

Deno.test({
  name: "the terminal client looks after files on the server",
  ignore: NO_SCREEN !== undefined,
  async fn(t): Promise<void> {
    await using folder = await makeTempFolder();
    const [root, local] = [folder.join("root"), folder.join("local")];
    await Deno.mkdir(folder.join("root", "docs", "deep"), { recursive: true });
    await Deno.mkdir(local);
    const texts = { "alpha.txt": "first line\n", "beta.txt": "b", "docs/deep/needle.md": "n" };
    for (const [name, text] of Object.entries(texts)) {
      await Deno.writeTextFile(`${root}/${name}`, text);
    }
    await using server = await startServerProcess({ root });
    await using tui = await startTui({ address: server.address, local, columns: 100 });
    await tui.waitFor(/online[^]*beta\.txt/);
    await tui.type("\t");

    await t.step("Enter opens folders, Backspace leads up to where one was", async () => {
      await tui.type("\r");
      await tui.waitFor(/SERVER {2}\/docs[^]*deep\//);
      await tui.type("\x7f");
      await tui.waitFor(/SERVER {2}\/ [^]*▸ docs\//);
    });

    await t.step("r renames", async () => {
      await tui.type("jr");
      await tui.waitFor(/Rename[^]*alpha\.txt/);
      await tui.type("\x15");
      await tui.type("gamma\r");
      await tui.waitFor(/▸ gamma\.txt +11 B/);
      assert.equal(await Deno.readTextFile(`${root}/gamma.txt`), "first line\n");
    });

    await t.step("x deletes, but only after an answer", async () => {
      await tui.type("x");
      await tui.waitFor(/Delete[^]*gamma\.txt/);
      await tui.type("n");
      await tui.waitFor((text) => !text.includes("Delete "), "the question gone");
      await tui.type("x");
      await tui.waitFor(/Delete[^]*gamma\.txt/);
      await tui.type("y");
      await tui.waitFor((text) => !/[▸ ] gamma\.txt +\d/.test(text), "the entry gone");
      await assert.rejects(Deno.stat(`${root}/gamma.txt`), Deno.errors.NotFound);
    });

    await t.step("T restores from the trash", async () => {
      await tui.type("T");
      await tui.waitFor(/Trash[^]*▸ +gamma\.txt/);
      await tui.type("\r");
      await tui.waitFor(/The trash is empty/);
      await tui.type("\x1b");
      await tui.waitFor((text) => /[▸ ] gamma\.txt +11 B/.test(text), "the entry back");
      assert.equal(await Deno.readTextFile(`${root}/gamma.txt`), "first line\n");
    });

    await t.step("/ filters as one types", async () => {
      await tui.type("/gam");
      await tui.waitFor((text) => text.includes("gamma.txt") && !text.includes("beta.txt"));
      await tui.type("\x1b");
      await tui.waitFor(/beta\.txt/);
    });

    await t.step("f searches the server, Enter goes there", async () => {
      await tui.type("f");
      await tui.waitFor(/Search the server/);
      await tui.type("needle\r");
      await tui.waitFor(/docs\/deep\/needle\.md/);
      await tui.type("\r");
      await tui.waitFor(/SERVER {2}\/docs\/deep[^]*▸ needle\.md/);
    });

    await t.step("a click selects, a double click opens", async () => {
      await tui.type("\x7f\x7f");
      await tui.waitFor(/SERVER {2}\/ [^]*beta\.txt/);
      await click(tui, "beta.txt");
      await tui.waitFor(/▸ beta\.txt/);
      await click(tui, "docs/", 2);
      await tui.waitFor(/SERVER {2}\/docs /);
    });

    await t.step("3 shows what was done", async () => {
      await tui.type("3");
      await tui.waitFor(/HISTORY[^]*gamma\.txt/);
      await tui.type("1");
      await tui.waitFor(/SERVER {2}\/docs /);
    });
  },
});

Deno.test({
  name: "the terminal client scrolls through 20,000 files",
  ignore: NO_SCREEN !== undefined,
  async fn(): Promise<void> {
    await using folder = await makeTempFolder();
    const [root, local] = [folder.join("root"), folder.join("local")];
    await Promise.all([Deno.mkdir(root), Deno.mkdir(local)]);
    // Links are made many times faster than files.
    await Deno.writeTextFile(folder.join("linked"), "");
    for (let index = 0; index < MANY; index++) {
      Deno.linkSync(folder.join("linked"), `${local}/file-${String(index).padStart(5, "0")}`);
    }
    await using server = await startServerProcess({ root });
    await using tui = await startTui({ address: server.address, local });
    await tui.waitFor(/file-00005/);
    // Far more keys than frames: each counts.
    await tui.type("\x1b[6~".repeat(PAGES));
    await tui.waitFor((text) => cursorNumber(text) > 10 * PAGES && isInOrder(text), "page 100");
    await tui.type("G");
    await tui.waitFor((text) => cursorNumber(text) === MANY - 1 && isInOrder(text), "the end");
    await tui.type("\x1b[5~".repeat(PAGES));
    await tui.waitFor((text) => {
      const number = cursorNumber(text);
      return number > 0 && number < MANY - 10 * PAGES && isInOrder(text);
    }, "the page 100 pages above the end");
    await tui.type("g");
    await tui.waitFor(/▸ \.\./);
    // The wheel moves what is in sight, also of a pane that does not have the keys.
    await tui.type("\t");
    for (let turn = 0; turn < 5; turn++) await wheelDown(tui, "LOCAL");
    await tui.waitFor((text) => /│ +file-000\d\d/.test(text) && !text.includes("file-00003"));
  },
});

/** Number of the file under the cursor; -1 when it is on none. */
function cursorNumber(text: string): number {
  return Number(/▸ file-(\d{5})/.exec(text)?.[1] ?? -1);
}

/** Whether the files in sight follow each other without a gap. */
function isInOrder(text: string): boolean {
  const numbers = [...text.matchAll(/file-(\d{5})/g)].map(([, digits]) => Number(digits));
  return numbers.every((number, index) => number === (numbers[0] ?? 0) + index);
}

/** Clicks in one go: two clicks that come one by one may be too far apart for a double click. */
async function click(tui: ScreenProcess, text: string, times = 1): Promise<void> {
  const { column, row } = place(tui, text);
  await tui.type(`\x1b[<0;${column};${row}M\x1b[<0;${column};${row}m`.repeat(times));
}

/** Turns the wheel two rows below a text. */
async function wheelDown(tui: ScreenProcess, text: string): Promise<void> {
  const { column, row } = place(tui, text);
  await tui.type(`\x1b[<65;${column};${row + 2}M`);
}

/** Where a text stands, counted from 1. */
function place(tui: ScreenProcess, text: string): { column: number; row: number } {
  const row = tui.screen.lines.findIndex((line) => line.includes(text));
  assert.notEqual(row, -1, `${text} is not on the screen:\n${tui.screen.text}`);
  return { column: (tui.screen.lines[row] ?? "").indexOf(text) + 1, row: row + 1 };
}
