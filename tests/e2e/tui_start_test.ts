import assert from "node:assert/strict";
import { taskArguments } from "#tests/support/project_config.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { NO_SCREEN, startScreenProcess } from "#tests/support/screen_process.ts";
import { freeLowPort } from "#tests/support/server_on_port.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { assertRestored, startTui } from "./tui_client.ts";

/** What a wrong command line says, and its exit code. */
const WRONG: readonly (readonly [readonly string[], RegExp, number])[] = [
  [["--jobs", "99"], /^sluice: Cannot use "99" for --jobs: it must be 1 to 64\n$/, 2],
  [["--no-such"], /^sluice: Cannot use --no-such: there is no such flag/, 2],
  [["--server", "a b"], /^sluice: Cannot read "a b" as a server address/, 2],
  [
    ["--local", "/no/such\x1bfolder"],
    /^sluice: Cannot open "\/no\/such\\u\{1b\}folder": there is no such file or folder\n$/,
    3,
  ],
];

for (const [args, stderr, exit] of WRONG) {
  Deno.test(`the terminal client ends with ${exit} for ${JSON.stringify(args)}`, async () => {
    const { code, stdout, stderr: said } = await new Deno.Command(Deno.execPath(), {
      args: [...await taskArguments("tui"), ...args],
      cwd: PROJECT_FOLDER,
      stdin: "null",
    }).output();
    assert.equal(code, exit);
    assert.match(new TextDecoder().decode(said), stderr);
    assert.equal(new TextDecoder().decode(stdout), "");
  });
}

Deno.test({
  name: "the terminal client works with local files while there is no server",
  ignore: NO_SCREEN !== undefined,
  async fn(): Promise<void> {
    await using folder = await makeTempFolder();
    await Deno.mkdir(folder.join("inner"));
    await Deno.writeTextFile(folder.join("inner", "note.txt"), "a line of it");
    const address = `127.0.0.1:${freeLowPort()}`;
    await using tui = await startTui({ address, local: folder.path });
    await tui.waitFor(/offline[^]*inner\//);
    await tui.type("j\r");
    await tui.waitFor(/note\.txt/);
    await tui.type("jv");
    await tui.waitFor(/a line of it/);
    await tui.type("\x1b");
    await tui.waitFor((text) => !text.includes("a line of it"), "the preview closed");
    await tui.type("q");
    assert.equal(await assertRestored(tui), 0);
  },
});

Deno.test({
  name: "the terminal client gives the terminal to the shell at Ctrl-Z and comes back with fg",
  ignore: NO_SCREEN !== undefined,
  async fn(): Promise<void> {
    await using folder = await makeTempFolder();
    await Deno.writeTextFile(folder.join("note.txt"), "");
    await using shell = await startScreenProcess({
      command: ["bash", "--norc", "--noprofile", "-i"],
      env: { PS1: "ready> " },
    });
    await shell.waitFor(/ready>/);
    const task = await taskArguments("tui");
    const server = `127.0.0.1:${freeLowPort()}`;
    const words = [Deno.execPath(), ...task, "--server", server, "--local", folder.path];
    await shell.type(`clear; ${words.join(" ")}\r`);
    await shell.waitFor(/note\.txt/);
    await shell.type("\x1a");
    await shell.waitFor(/Stopped[^]*ready>/);
    assert.equal(shell.screen.state.screen, "normal");
    assert.equal(shell.screen.state.isCursorHidden, false);
    await shell.type("fg\r");
    await shell.waitFor(/note\.txt[^]*╯/);
    assert.equal(shell.screen.state.screen, "alternate");
    await shell.type("q");
    await shell.waitFor(/ready>\s*$/);
    await shell.type("exit\r");
    await assertRestored(shell);
  },
});
