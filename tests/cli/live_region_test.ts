import assert from "node:assert/strict";
import { BlockRegion, PlainRegion } from "#client/cli/progress/live_region.ts";
import { TinyScreen } from "./tiny_screen.ts";

Deno.test("BlockRegion draws over what it drew before", () => {
  const region = new BlockRegion();
  const screen = new TinyScreen(40).write("$ sluice\r\n");
  screen.write(region.draw(["first line", "second", "third"]));
  assert.equal(screen.text, "$ sluice\nfirst line\nsecond\nthird");
  screen.write(region.draw(["one", "two"]));
  assert.equal(screen.text, "$ sluice\none\ntwo");
  screen.write(region.draw(["1", "2", "3", "4"]));
  assert.equal(screen.text, "$ sluice\n1\n2\n3\n4");
});

Deno.test("BlockRegion lets finished lines scroll up above it", () => {
  const region = new BlockRegion();
  const screen = new TinyScreen(40);
  screen.write(region.draw(["a 50%", "b 10%"]));
  screen.write(`${region.clear()}done a\n`);
  screen.write(region.draw(["b 20%"]));
  assert.equal(screen.text, "done a\nb 20%");
  screen.write(`${region.close()}done b\n`);
  assert.equal(screen.text, "done a\ndone b");
});

Deno.test("BlockRegion hides the cursor while it is open and gives it back", () => {
  const region = new BlockRegion();
  const screen = new TinyScreen(40);
  screen.write(region.draw(["a"]));
  assert.equal(screen.isCursorVisible, false);
  screen.write(region.close());
  assert.equal(screen.isCursorVisible, true);
  assert.equal(region.close(), "", "closing twice writes nothing");
  screen.write(region.draw(["b"]));
  assert.equal(screen.isCursorVisible, false, "a question in between closes it; it opens again");
});

Deno.test("BlockRegion writes nothing when nothing changed", () => {
  const region = new BlockRegion();
  region.draw(["a"]);
  assert.equal(region.draw(["a"]), "");
});

Deno.test("PlainRegion keeps one line up to date without any escape sequence", () => {
  const region = new PlainRegion((text) => text.length);
  const screen = new TinyScreen(40);
  const written = [
    region.draw(["row", "a long total line"]),
    region.draw(["short"]),
    `${region.clear()}done\n`,
    region.draw(["again"]),
    region.close(),
  ].join("");
  assert.ok(!written.includes("\x1b"));
  assert.equal(screen.write(written).text, "done");
});
