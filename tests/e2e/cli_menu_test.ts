import assert from "node:assert/strict";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { NO_TERMINAL, openCliTerminal } from "./cli_terminal.ts";

const ignore = NO_TERMINAL !== undefined;

Deno.test(
  "the client without a command shows a menu that uploads, lists, searches, deletes and remembers",
  { ignore },
  async () => {
    await using folder = await makeTempFolder();
    await using root = await makeTempFolder();
    await using server = await startServerProcess({ root: root.path });
    await Deno.writeTextFile(folder.join("note.txt"), "hello");
    await using terminal = await openCliTerminal(["--server", server.address], {
      cwd: folder.path,
    });
    await terminal.waitFor("What do you want to do?");
    await terminal.waitFor("> ");
    await terminal.type("1\r");
    await terminal.waitFor("Local file or folder: ");
    await terminal.type("note.txt\r");
    await terminal.waitFor("uploaded note.txt");
    await terminal.waitFor("> ");
    await terminal.type("3\r");
    await terminal.waitFor("note.txt");
    await terminal.waitFor("> ");
    await terminal.type("5\r");
    await terminal.waitFor("1) note.txt");
    await terminal.waitFor("> ");
    await terminal.type("1\r");
    await terminal.waitFor("New name: ");
    await terminal.type("letter.txt\r");
    await terminal.waitFor("renamed note.txt to letter.txt");
    await terminal.waitFor("> ");
    await terminal.type("9\r");
    await terminal.waitFor("Part of a name");
    await terminal.type("LETTER\r");
    await terminal.waitFor("letter.txt");
    await terminal.waitFor("> ");
    await terminal.type("delete\r");
    await terminal.waitFor("1) letter.txt");
    await terminal.type("1\r");
    await terminal.waitFor('Delete "letter.txt"? [y/N] ');
    await terminal.type("y\r");
    await terminal.waitFor("deleted letter.txt");
    await terminal.waitFor("> ");
    await terminal.type("13\r");
    await terminal.waitFor("letter.txt");
    await terminal.waitFor("> ");
    await terminal.type("15\r");
    await terminal.waitFor("rename");
    await terminal.waitFor("> ");
    await terminal.type("q\r");
    assert.equal(await terminal.exitCode(), 0);
    await assert.rejects(Deno.stat(root.join("letter.txt")), Deno.errors.NotFound);
  },
);

Deno.test("the client's menu ends at Ctrl-D and at Ctrl-C", { ignore }, async () => {
  await using folder = await makeTempFolder();
  for (const [key, code] of [["\x04", 0], ["\x03", 130]] as const) {
    await using terminal = await openCliTerminal([], { cwd: folder.path });
    await terminal.waitFor("> ");
    await terminal.type(key);
    assert.equal(await terminal.exitCode(), code);
  }
});
