import assert from "node:assert/strict";
import { NO_SCREEN } from "#tests/support/screen_process.ts";
import { fileDigest, writeRandomFile } from "#tests/support/random_file.ts";
import { freeLowPort, startServerOn } from "#tests/support/server_on_port.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { assertRestored, startTui } from "./tui_client.ts";

const SIZE_BYTES = 1_500_000;
/** Takes longer than anyone waits for it to be cancelled. */
const LONG_BYTES = 40_000_000;
const SLOW = ["--rate-per-connection", "500KB/s"];

Deno.test({
  name: "the terminal client moves two files at once: pause, resume, cancel, and sizes that change",
  ignore: NO_SCREEN !== undefined,
  async fn(): Promise<void> {
    await using folder = await makeFolders();
    const { root, local } = folder;
    await writeRandomFile(`${root}/one.bin`, SIZE_BYTES, 1);
    await writeRandomFile(`${root}/two.bin`, LONG_BYTES, 2);
    await using server = await startServerProcess({ root, flags: SLOW });
    await using tui = await startTui({ address: server.address, local, columns: 100, rows: 30 });
    await tui.waitFor(/online[^]*two\.bin/);

    await tui.type("\t  d");
    const first = await tui.waitFor(bothMoving, "bars of both files");
    await tui.waitFor((text) => {
      return ["one.bin", "two.bin"].every((name) => percent(text, name) > percent(first, name));
    }, "bars that grow");

    await tui.type("tp");
    await tui.waitFor(/one\.bin.*paused at/);
    const paused = percent(tui.screen.text, "one.bin");
    const other = percent(tui.screen.text, "two.bin");
    await tui.waitFor((text) => percent(text, "two.bin") > other, "the other one going on");
    assert.equal(percent(tui.screen.text, "one.bin"), paused);

    await tui.resize(60, 16);
    await tui.waitFor((text) => hasFrame(text, 60, 16), "a whole frame of 60×16");
    await tui.resize(120, 40);
    await tui.waitFor((text) => hasFrame(text, 120, 40), "a whole frame of 120×40");

    await tui.type("p");
    await tui.waitFor(/one\.bin.* left/);
    await tui.type("jc");
    await tui.waitFor(/two\.bin +cancelled/);
    await tui.waitFor(/one\.bin.*verified/);
    await tui.waitFor(/│[^│]*one\.bin +1\.5 MB/, "the new file in the local pane");
    assert.equal(await fileDigest(`${local}/one.bin`), await fileDigest(`${root}/one.bin`));
    assert.deepEqual(await names(local), ["one.bin"]);

    await tui.type("q");
    assert.equal(await assertRestored(tui), 0);
  },
});

Deno.test({
  name: "the terminal client finishes a transfer when its server is killed and comes back",
  ignore: NO_SCREEN !== undefined,
  async fn(): Promise<void> {
    await using folder = await makeFolders();
    const { root, local } = folder;
    await writeRandomFile(`${local}/up.bin`, 2 * SIZE_BYTES);
    const port = freeLowPort();
    const first = await startServerOn(port, root, SLOW);
    await using tui = await startTui({
      address: `127.0.0.1:${port}`,
      local,
      columns: 110,
      rows: 24,
    });
    await tui.waitFor(/online[^]*up\.bin/);
    await tui.type("\x1b[Bu");
    await tui.waitFor((text) => percent(text, "up.bin") > 1, "bytes of it");
    await first[Symbol.asyncDispose]();
    await tui.waitFor(/offline/);
    await tui.waitFor((text) => /up\.bin.*(retry|waiting)/i.test(text), "the wait for the server");
    await using _second = await startServerOn(port, root);
    await tui.waitFor(/● online/);
    await tui.waitFor(/up\.bin.*verified/);
    assert.equal(await fileDigest(`${root}/up.bin`), await fileDigest(`${local}/up.bin`));
    await tui.type("q");
    assert.equal(await assertRestored(tui), 0);
  },
});

interface Folders extends AsyncDisposable {
  readonly root: string;
  readonly local: string;
}

async function makeFolders(): Promise<Folders> {
  const folder: TempFolder = await makeTempFolder();
  const [root, local] = [folder.join("root"), folder.join("local")];
  await Promise.all([Deno.mkdir(root), Deno.mkdir(local)]);
  return { root, local, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

function bothMoving(text: string): boolean {
  return percent(text, "one.bin") > 0 && percent(text, "two.bin") > 0;
}

/** How far a transfer's bar is; -1 when it has none. */
function percent(text: string, name: string): number {
  const line = text.split("\n").find((row) => row.includes(name) && /\d%/.test(row)) ?? "";
  return Number(/(\d+)%/.exec(line)?.[1] ?? -1);
}

function hasFrame(text: string, columns: number, rows: number): boolean {
  const lines = text.split("\n");
  const [first = "", last = ""] = [lines[0], lines[rows - 1]];
  return first.startsWith("╭") && last.startsWith("╰") && lines.every((line) => {
    return line.length === columns && /^[╭│├╰].*[╮│┤╯]$/.test(line);
  });
}

async function names(folder: string): Promise<string[]> {
  const found = await Array.fromAsync(Deno.readDir(folder), (entry) => entry.name);
  return found.sort();
}
