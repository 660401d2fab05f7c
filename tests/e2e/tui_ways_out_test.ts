import assert from "node:assert/strict";
import { NO_SCREEN } from "#tests/support/screen_process.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { assertRestored, startTui } from "./tui_client.ts";

const READY = /online[^]*hello\.txt/;

Deno.test({
  name: "the terminal client gives the terminal back on every way out",
  ignore: NO_SCREEN !== undefined,
  async fn(t): Promise<void> {
    await using folder = await makeTempFolder();
    const [root, local] = [folder.join("root"), folder.join("local")];
    await Promise.all([Deno.mkdir(root), Deno.mkdir(local)]);
    await Deno.writeTextFile(folder.join("root", "hello.txt"), "hello");
    await using server = await startServerProcess({ root });
    const { address } = server;

    await t.step("quit: exit code 0, and nothing of the screen stays", async () => {
      await using tui = await startTui({ address, local });
      await tui.waitFor(READY);
      assert.equal(tui.screen.state.screen, "alternate");
      assert.equal(tui.screen.state.isCursorHidden, true);
      await tui.type("q");
      assert.equal(await assertRestored(tui), 0);
      assert.equal(tui.screen.text.trim(), "");
    });

    await t.step("Ctrl-C", async () => {
      await using tui = await startTui({ address, local });
      await tui.waitFor(READY);
      await tui.type("\x03");
      assert.equal(await assertRestored(tui), 0);
    });

    for (const signal of ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const) {
      await t.step(`${signal}: exit code 130`, async () => {
        await using tui = await startTui({ address, local });
        await tui.waitFor(READY);
        await tui.kill(signal);
        assert.equal(await assertRestored(tui), 130);
      });
    }

    await t.step("a crash: one line on stderr behind the restored screen", async () => {
      await using tui = await startTui({
        address,
        local,
        replaced: {
          modules: { "tui/views/app.tsx": "tests/e2e/fixtures/broken_app.tsx" },
          map: folder.join("map.json"),
        },
      });
      await tui.waitFor(READY);
      await tui.type("?");
      assert.equal(await assertRestored(tui), 1);
      assert.equal(
        tui.screen.text.trim(),
        "sluice: Cannot finish: the help is\\u{1b}[31m broken",
      );
    });
  },
});
