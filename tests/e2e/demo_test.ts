import assert from "node:assert/strict";
import { taskArguments } from "#tests/support/project_config.ts";
import {
  NO_SCREEN,
  type ScreenProcess,
  startScreenProcess,
} from "#tests/support/screen_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { assertRestored } from "./tui_client.ts";

async function startDemo(temp: string): Promise<ScreenProcess> {
  return await startScreenProcess({
    command: [Deno.execPath(), ...await taskArguments("demo")],
    columns: 100,
    rows: 30,
    env: { TMPDIR: temp },
  });
}

Deno.test({
  name: "the demo opens the terminal client on its transfers, and q ends and cleans up all of it",
  ignore: NO_SCREEN !== undefined,
  async fn(): Promise<void> {
    await using temp = await makeTempFolder();
    await using demo = await startDemo(temp.path);
    // One may have arrived before the last one, or the server, is on the screen.
    const rows = [
      /[↓✓] sample\.txt/,
      /[↓✓] sample_script\.py/,
      /[↓✓] sluice\.png/,
      /[↑✓] field_notes/,
    ];
    await demo.waitFor((text) => {
      return rows.every((row) => row.test(text)) && text.includes("online");
    }, "all four transfers");
    await demo.waitFor(/✓ field_notes\.txt/);
    await demo.type("q");
    // Unless all have arrived by now, it asks.
    const shown = await demo.waitFor(/Stop them now|What happened/);
    if (shown.includes("Stop them now")) await demo.type("s");
    const code = await assertRestored(demo);
    const { text } = demo.screen;
    assert.equal(code, 0, text);
    assert.match(text, /What happened/);
    assert.match(text, /↑ field_notes\.txt +200 kB in .* worker \d+ for connection \d+/);
    assert.match(text, /✓ same bytes on both sides {2}xxh128:[0-9a-f]{32}/);
    assert.match(
      text,
      /(\d of 4 files had arrived,|All four files arrived) whole\. The server is stopped/,
    );
    assert.deepEqual([...Deno.readDirSync(temp.path)], []);
  },
});

Deno.test({
  name: "the demo hands the terminal back when it is interrupted",
  ignore: NO_SCREEN !== undefined,
  async fn(): Promise<void> {
    await using temp = await makeTempFolder();
    await using demo = await startDemo(temp.path);
    await demo.waitFor(/online[^]*[↓✓] sluice\.png/);
    await demo.kill("SIGTERM");
    assert.equal(await assertRestored(demo), 130);
    assert.deepEqual([...Deno.readDirSync(temp.path)], []);
  },
});
