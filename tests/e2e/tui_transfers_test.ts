import assert from "node:assert/strict";
import { NO_SCREEN } from "#tests/support/screen_process.ts";
import { fileDigest, writeRandomFile } from "#tests/support/random_file.ts";
import { freeLowPort, startServerOn } from "#tests/support/server_on_port.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { assertRestored, startTui } from "./tui_client.ts";

/** At the rate of a slow server a quarter of an hour: a transfer of it lasts until a test ends it. */
const SIZE_BYTES = 900_000;
const SLOW = ["--rate-per-connection", "1kB/s"];

Deno.test({
  name: "the terminal client moves two files at once: pause, resume, cancel, and sizes that change",
  ignore: NO_SCREEN !== undefined,
  async fn(): Promise<void> {
    await using folder = await makeFolders();
    const { root, local } = folder;
    await writeRandomFile(`${root}/one.bin`, SIZE_BYTES, 1);
    await writeRandomFile(`${root}/two.bin`, SIZE_BYTES, 2);
    const port = freeLowPort();
    await using slow = await startServerOn(port, root, SLOW);
    const address = `127.0.0.1:${port}`;
    await using tui = await startTui({ address, local, columns: 100, rows: 30 });
    await tui.waitFor(/online[^]*two\.bin/);

    await tui.type("\t  d");
    const first = await tui.waitFor(bothMoving, "bars of both files");
    await tui.waitFor((text) => {
      return ["one.bin", "two.bin"].every((name) => moved(text, name) > moved(first, name));
    }, "transfers that go on");

    await tui.type("tp");
    const paused = await tui.waitFor(/one\.bin.*paused at/);
    await tui.waitFor((text) => moved(text, "two.bin") > moved(paused, "two.bin"), "the other one");
    assert.equal(pausedAt(tui.screen.text), pausedAt(paused));

    await tui.resize(60, 16);
    await tui.waitFor((text) => hasFrame(text, 60, 16), "a whole frame of 60×16");
    await tui.resize(120, 40);
    await tui.waitFor((text) => hasFrame(text, 120, 40), "a whole frame of 120×40");

    await tui.type("p");
    await tui.waitFor(/one\.bin.* left/);
    await tui.type("jc");
    await tui.waitFor(/two\.bin +cancelled/);
    // The rest without waiting for it: from a server that has no limit.
    await slow[Symbol.asyncDispose]();
    await using _quick = await startServerOn(port, root);
    await tui.waitFor(/one\.bin.*verified/);
    await tui.waitFor(/│[^│]*one\.bin +900 kB/, "the new file in the local pane");
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
    await writeRandomFile(`${local}/up.bin`, SIZE_BYTES);
    const port = freeLowPort();
    await using first = await startServerOn(port, root, SLOW);
    await using tui = await startTui({
      address: `127.0.0.1:${port}`,
      local,
      columns: 110,
      rows: 24,
    });
    await tui.waitFor(/online[^]*up\.bin/);
    await tui.type("\x1b[Bu");
    await tui.waitFor((text) => moved(text, "up.bin") > 0, "bytes of it");
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
  return moved(text, "one.bin") > 0 && moved(text, "two.bin") > 0;
}

/** How many bytes of a running transfer its bar shows; -1 when it shows none. */
function moved(text: string, name: string): number {
  const line = text.split("\n").find((row) => row.includes(name) && /\d%/.test(row)) ?? "";
  const [, amount, unit] = /([\d.]+)( kB| B)?\/900 kB/.exec(line) ?? [];
  return amount === undefined ? -1 : Number(amount) * (unit === " B" ? 1 : 1000);
}

/** Where the first file is paused, as its bar tells. */
function pausedAt(text: string): string | undefined {
  return /one\.bin.*paused at ([\d.]+ k?B)/.exec(text)?.[1];
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
