import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { NO_SCREEN, type ScreenProcess } from "#tests/support/screen_process.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { assertRestored, startTui } from "./tui_client.ts";

const COLUMNS = 100;
const ROWS = 24;

/** Looks that are no colours: none, bold, dim, inverse, and their ends. */
const ATTRIBUTES: ReadonlySet<string> = new Set(["0", "1", "2", "7", "22", "27"]);

/** Names that would garble a screen which shows them as they are. */
const NAMES: readonly string[] = [
  "日本語のファイル名.txt",
  "👩‍👩‍👧 family.jpg",
  "e\u0301te\u0301.txt",
  "\x1b[31mred\x1b]0;owned\x07.txt",
  "two\nlines\r.txt",
  "\u202etxt.exe",
  "\u009b2Jc1.txt",
  "w".repeat(255),
  "語".repeat(85),
];

Deno.test({
  name: "the terminal client fits any terminal and shows any name",
  ignore: NO_SCREEN !== undefined,
  async fn(t): Promise<void> {
    await using folder = await makeTempFolder();
    const [root, local] = [folder.join("root"), folder.join("local")];
    await Promise.all([Deno.mkdir(root), Deno.mkdir(local)]);
    for (const name of NAMES) {
      await Deno.writeTextFile(`${local}/${name}`, "x");
      // The server offers no names with control characters.
      if (!/\p{Cc}/u.test(name)) await Deno.writeTextFile(`${root}/${name}`, "x");
    }
    await using server = await startServerProcess({ root });
    const { address } = server;

    await t.step("names keep columns aligned and never reach the terminal raw", async () => {
      await using tui = await startTui({ address, local, columns: COLUMNS, rows: ROWS });
      await tui.waitFor(/online[^]*日本語[^]*│[^]*日本語/);
      assertAligned(tui);
      assert.match(tui.screen.text, /\\u\{1b\}\[31mred/);
      // A question and the details show names too.
      await tui.type("j");
      for (let row = 0; row < 4; row++) {
        await tui.type("i");
        await tui.waitFor(/Esc close/);
        await tui.type("\x1b");
        await tui.waitFor((text) => !text.includes("Esc close"), "the details closed");
        await tui.type("j");
      }
      await tui.type("q");
      assert.equal(await assertRestored(tui), 0);
      assertNothingRaw(tui.raw);
    });

    await t.step("a narrow terminal shows one list at a time, a tiny one says so", async () => {
      await using tui = await startTui({ address, local, columns: 60, rows: 16 });
      await tui.waitFor((text) => text.includes("LOCAL") && !text.includes("SERVER  /"));
      await tui.type("\t");
      await tui.waitFor((text) => text.includes("SERVER  /") && !text.includes("LOCAL"));
      await tui.resize(39, 12);
      await tui.waitFor(/Too small: have 39×12, need 40×12/);
      await tui.resize(40, 12);
      await tui.waitFor(/^╭[^]*╯$/);
      await tui.type("q");
      await assertRestored(tui);
    });

    await t.step("NO_COLOR: bold and inverse are all that is left", async () => {
      await using tui = await startTui({ address, local, env: { NO_COLOR: "1" } });
      await tui.waitFor(/online/);
      await tui.type("j q");
      await assertRestored(tui);
      assert.deepEqual(looks(tui.raw).difference(ATTRIBUTES), new Set());
    });

    await t.step("colours are those of the terminal's own sixteen", async () => {
      await using tui = await startTui({ address, local });
      await tui.waitFor(/online/);
      await tui.type("q");
      await assertRestored(tui);
      const colours = [...looks(tui.raw)].filter((look) => !ATTRIBUTES.has(look));
      assert.ok(colours.length > 0);
      for (const colour of colours) assert.match(colour, /^([349][0-7]|10[0-7]|39|49)$/);
    });

    await t.step("--no-mouse leaves the mouse alone", async () => {
      await using tui = await startTui({ address, local, flags: ["--no-mouse"] });
      await tui.waitFor(/online/);
      assert.equal(tui.screen.state.mouse, "none");
      await tui.type("q");
      await assertRestored(tui);
      assert.doesNotMatch(tui.raw, /\?100\d/);
    });
  },
});

/** Asserts that each line of the two lists has its borders in the same cells. */
function assertAligned(tui: ScreenProcess): void {
  const { screen } = tui;
  const head = screen.lines.findIndex((line) => line.includes("LOCAL"));
  const middle = Array.from({ length: COLUMNS }, (_, column) => column)
    .find((column) => screen.cell(column, head) === "┬");
  assert.ok(middle !== undefined);
  for (let row = head + 1; screen.cell(0, row) === "│"; row++) {
    for (const column of [middle, COLUMNS - 1]) {
      assert.equal(screen.cell(column, row), "│", `line ${row}:\n${screen.text}`);
    }
  }
}

/** Asserts that a program wrote text, and no sequences but its own. */
function assertNothingRaw(raw: string): void {
  const text = Buffer.from(raw, "latin1").toString("utf8");
  // deno-lint-ignore no-control-regex -- sequences are what this removes
  const rest = text.replace(/\x1b\[(\?\d+[hl]|[\d;]*[mH]|2?K|2J|\d+G)|\x18/g, "");
  assert.doesNotMatch(rest, /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
}

/** All parameters of Select Graphic Rendition. */
function looks(raw: string): ReadonlySet<string> {
  return new Set(
    // deno-lint-ignore no-control-regex -- sequences are what this finds
    [...raw.matchAll(/\x1b\[([\d;]*)m/g)].flatMap(([, codes = ""]) => codes.split(";")),
  );
}
