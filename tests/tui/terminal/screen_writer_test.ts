import assert from "node:assert/strict";
import fc from "fast-check";
import { ScreenWriter } from "#tui/terminal/screen_writer.ts";
import { enterSequence, leaveSequence } from "#tui/terminal/terminal_modes.ts";
import { TerminalScreen } from "#tests/support/terminal_screen.ts";

const SIZE = { columns: 12, rows: 4 };

Deno.test("ScreenWriter.show() writes only the lines that changed", async () => {
  const written: string[] = [];
  const writer = new ScreenWriter((text) => Promise.resolve(void written.push(text)));
  writer.show("one\ntwo\nthree", SIZE);
  await writer.flush();
  writer.show("one\nTWO\nthree", SIZE);
  await writer.flush();
  assert.match(written[1] ?? "", /TWO/);
  assert.doesNotMatch(written[1] ?? "", /one|three/);
  writer.show("one\nTWO\nthree", SIZE);
  assert.equal(written.length, 2);
});

Deno.test("ScreenWriter.show() writes everything again when it was told to forget", async () => {
  const written: string[] = [];
  const writer = new ScreenWriter((text) => Promise.resolve(void written.push(text)));
  writer.show("one\ntwo", SIZE);
  await writer.flush();
  writer.forget();
  writer.show("one\ntwo", SIZE);
  await writer.flush();
  assert.equal(written[1], written[0]);
});

Deno.test("ScreenWriter is busy until the terminal has taken the frame", async () => {
  const taken = Promise.withResolvers<void>();
  const writer = new ScreenWriter(() => taken.promise);
  writer.show("one", SIZE);
  assert.equal(writer.isBusy, true);
  taken.resolve();
  await writer.flush();
  assert.equal(writer.isBusy, false);
});

Deno.test("ScreenWriter.show() leaves on the screen what the last frame holds, whatever came before", async () => {
  const cell = fc.constantFrom("a", "b", " ", "語", "│", "\x1b[31mr\x1b[0m");
  const line = fc.array(cell, { maxLength: 6 }).map((cells) => cells.join(""));
  const frame = fc.array(line, { maxLength: 6 }).map((lines) => lines.join("\n"));
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 6 }), async (frames) => {
      using screen = new TerminalScreen(SIZE.columns, SIZE.rows);
      await screen.write(new TextEncoder().encode(enterSequence({ hasMouse: true })));
      const writer = new ScreenWriter((text) => screen.write(new TextEncoder().encode(text)));
      for (const each of frames) {
        writer.show(each, SIZE);
        await writer.flush();
      }
      assert.deepEqual(screen.lines, expectedLines(frames.at(-1) ?? ""));
    }),
    { numRuns: 50 },
  );
});

Deno.test("ScreenWriter.show() keeps columns where terminals disagree about a width", async () => {
  // This terminal takes a family for three people, a flag for two letters, a heart for narrow.
  for (const uncertain of ["👩‍👩‍👧", "🇩🇪", "❤️", "👍🏽"]) {
    using screen = new TerminalScreen(SIZE.columns, SIZE.rows);
    const writer = new ScreenWriter((text) => screen.write(new TextEncoder().encode(text)));
    writer.show("############", SIZE);
    await writer.flush();
    writer.show(`\x1b[31m${uncertain}\x1b[0m a│ b`, SIZE);
    await writer.flush();
    assert.equal(screen.cell(4, 0), "│", screen.text);
    assert.equal(screen.cell(6, 0), "b", screen.text);
    assert.ok(!screen.text.includes("#"), screen.text);
  }
});

Deno.test("leaveSequence() gives the terminal back as it was, also in the middle of a frame", async () => {
  using screen = new TerminalScreen(20, 5);
  const before = screen.state;
  const write = (text: string): Promise<void> => screen.write(new TextEncoder().encode(text));
  await write("$ deno task tui");
  await write(enterSequence({ hasMouse: true }));
  assert.deepEqual(screen.state, {
    screen: "alternate",
    isCursorHidden: true,
    mouse: "vt200",
    hasPaste: true,
    wraps: false,
  });
  await write("\x1b[?2026h\x1b[1;1Hframe\x1b[38;5");
  await write(leaveSequence({ hasMouse: true }));
  assert.deepEqual(screen.state, before);
  assert.equal(screen.lines[0], "$ deno task tui");
});

Deno.test("enterSequence() leaves the mouse alone when it is not wanted", () => {
  for (const text of [enterSequence({ hasMouse: false }), leaveSequence({ hasMouse: false })]) {
    assert.doesNotMatch(text, /100[0-6]/);
  }
});

function expectedLines(frame: string): string[] {
  // deno-lint-ignore no-control-regex -- colours are what this removes
  const lines = frame.replace(/\x1b\[\d+m/g, "").split("\n");
  return Array.from({ length: SIZE.rows }, (_, row) => {
    let [text, columns] = ["", 0];
    for (const character of lines[row] ?? "") {
      const width = character === "語" ? 2 : 1;
      if (columns + width > SIZE.columns) break;
      [text, columns] = [text + character, columns + width];
    }
    return text.trimEnd();
  });
}
