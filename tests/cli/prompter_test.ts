import assert from "node:assert/strict";
import { Prompter } from "#client/cli/prompt/prompter.ts";
import { ConflictAsker } from "#client/cli/transfers/conflict_asker.ts";
import type { Conflict } from "#client/types.ts";
import { FakeTerminal } from "./fake_terminal.ts";

const NEVER = new AbortController().signal;

Deno.test("Prompter.select() shows numbers and asks again until one is typed", async () => {
  const terminal = new FakeTerminal({ answers: ["9", "nope", "2"] });
  const index = await new Prompter(terminal, NEVER, undefined).select(
    "Which?",
    ["a", "b"],
    "leave",
  );
  assert.equal(index, 1);
  assert.match(
    terminal.stderr,
    /^Which\?\n {2}1\) a\n {2}2\) b\n {2}0\) leave\n> Please type a number/,
  );
});

Deno.test("Prompter.select() leaves at 0, q and the end of the input", async () => {
  for (const answers of [["0"], ["q"], []]) {
    const prompter = new Prompter(new FakeTerminal({ answers }), NEVER, undefined);
    assert.equal(await prompter.select("Which?", ["a", "b"], "leave"), undefined);
  }
});

Deno.test("Prompter.checkbox() reads several numbers", async () => {
  const terminal = new FakeTerminal({ answers: ["0", "1,3-4"] });
  const chosen = await new Prompter(terminal, NEVER, undefined).checkbox("Which?", [..."abcd"]);
  assert.deepEqual(chosen, [0, 2, 3]);
});

Deno.test("Prompter.confirm() takes no for everything that is not yes", async () => {
  for (
    const [answers, expected] of [[["y"], true], [[""], false], [["what", "no"], false], [
      [],
      false,
    ]] as const
  ) {
    const prompter = new Prompter(new FakeTerminal({ answers }), NEVER, undefined);
    assert.equal(await prompter.confirm("Sure?"), expected);
  }
});

Deno.test("Prompter.input() insists on a text", async () => {
  const prompter = new Prompter(new FakeTerminal({ answers: ["", " ~/x "] }), NEVER, "/home/me");
  assert.equal(await prompter.input("File"), "/home/me/x");
});

Deno.test("Prompter escapes what a peer named", async () => {
  const terminal = new FakeTerminal({ answers: ["1"] });
  await new Prompter(terminal, NEVER, undefined).select("\x1b[2J?", ["\x1b]0;x\x07", "b"]);
  assert.ok(!terminal.stderr.includes("\x1b"));
});

Deno.test("ConflictAsker asks one question at a time and remembers the same for all", async () => {
  const terminal = new FakeTerminal({ answers: ["keep", "n", "1", "y"] });
  const asker = new ConflictAsker(new Prompter(terminal, NEVER, undefined), true);
  const answers = await Promise.all(["a", "b", "c", "d"].map((name) => asker.ask(conflict(name))));
  assert.deepEqual(answers, ["rename", "overwrite", "overwrite", "overwrite"]);
  assert.equal(terminal.stderr.match(/already exists/g)?.length, 2);
});

Deno.test("ConflictAsker answers error when nobody answers", async () => {
  const prompter = new Prompter(new FakeTerminal(), NEVER, undefined);
  assert.equal(await new ConflictAsker(prompter, false).ask(conflict("a")), "error");
});

function conflict(name: string): Conflict {
  return { direction: "upload", name, source: name };
}
