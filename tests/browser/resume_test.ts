import assert from "node:assert/strict";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { parseRecord, startClientProcess } from "#tests/support/client_process.ts";
import { startGatewayProcess } from "#tests/support/gateway_process.ts";
import { runClient } from "#tests/support/run_command.ts";
import { browserTest } from "./chromium.ts";
import { dropFiles, droppedBytes } from "./page_steps.ts";
import { type PageWorld, startPageWorld } from "./page_world.ts";

const MiB = 1024 * 1024;
/** At the server's rate 4 s: time enough to cut an upload off while it runs. */
const SIZE = 16 * MiB;
const FLAGS = ["--rate-per-connection", "4MB/s", "--log-format", "json"];

browserTest("an upload survives a restart of the gateway, and changes hands", async (test) => {
  await using world = await startPageWorld({ flags: FLAGS });
  const local = world.folder.join("local");
  await Deno.mkdir(local);

  await test.step("the page goes on by itself when the gateway is there again", async () => {
    const page = await world.open();
    const dock = dockOf(page);
    await dropFiles(page, [{ name: "cut.bin", sizeBytes: SIZE }]);
    await someArrived(dock, "cut.bin");
    world.gateway.kill("SIGKILL");
    await world.gateway.status;
    await dock.getByText(/Trying again/).waitFor();
    await page.locator('#status [data-level="offline"]').waitFor();
    const { port } = world.gateway;
    await using _again = await startGatewayProcess({ server: world.server.address, port });
    await dock.getByText("Done · 16.8 MB").waitFor();
    await wholeAndResumed(world, "cut.bin");
    await page.close();
  });
  await using gateway = await startGatewayProcess({
    server: world.server.address,
    port: world.gateway.port,
  });
  assert.equal(gateway.port, world.gateway.port);

  // At the same time: each waits for the server's throttle most of the time.
  await test.step("page and command line finish what the other began, also after a reload, and notice other bytes", async () => {
    await Promise.all([
      handToCommandLine(world, local),
      takeOverFromCommandLine(world, local),
      startAnewWithOtherBytes(world, local),
      goOnAfterReload(world),
    ]);
  });
});

async function handToCommandLine(world: PageWorld, local: string): Promise<void> {
  const page = await world.open();
  await dropFiles(page, [{ name: "handed.bin", sizeBytes: SIZE }]);
  await someArrived(dockOf(page), "handed.bin");
  await dockOf(page).getByRole("button", { name: "Pause handed.bin" }).click();
  await dockOf(page).getByText(/^Paused · /).waitFor();
  await letGo(page, "handed.bin");
  await page.close();
  await Deno.writeFile(join(local, "handed.bin"), droppedBytes(SIZE));
  const { address } = world.server;
  const done = await runClient(["--server", address, "upload", join(local, "handed.bin")]);
  assert.equal(done.code, 0, done.stderr);
  await wholeAndResumed(world, "handed.bin");
}

async function takeOverFromCommandLine(world: PageWorld, local: string): Promise<void> {
  await beginByCommandLine(world, join(local, "taken over.bin"), droppedBytes(SIZE));
  const page = await world.open();
  await dropFiles(page, [{ name: "taken over.bin", sizeBytes: SIZE }]);
  await dockOf(page).getByText("Done · 16.8 MB").waitFor();
  await wholeAndResumed(world, "taken over.bin");
  await page.close();
}

async function startAnewWithOtherBytes(world: PageWorld, local: string): Promise<void> {
  await beginByCommandLine(world, join(local, "other.bin"), droppedBytes(SIZE).fill(7, 0, 100));
  const page = await world.open();
  await dropFiles(page, [{ name: "other.bin", sizeBytes: SIZE }]);
  await dockOf(page).getByText("Done · 16.8 MB").waitFor();
  assert.deepEqual(await Deno.readFile(join(world.root, "other.bin")), droppedBytes(SIZE));
  await page.close();
}

/** Uploads some of a file with the command line, and interrupts it. */
async function beginByCommandLine(
  world: PageWorld,
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  await Deno.writeFile(path, bytes);
  await using client = await startClientProcess(world.server.address, [
    ...["upload", "--compress", "off", path], // What repeats itself would be through too soon.
  ]);
  await client.stdout.waitFor((line) => /"doneBytes":[1-9]\d{5}/.test(line), "progress");
  client.kill("SIGINT");
  await client.ended;
}

async function goOnAfterReload(world: PageWorld): Promise<void> {
  const page = await world.open();
  const files = [{ name: "reloaded.bin", sizeBytes: SIZE }];
  await dropFiles(page, files);
  await someArrived(dockOf(page), "reloaded.bin");
  await page.reload();
  await letGo(page, "reloaded.bin");
  assert.equal(await dockOf(page).count(), 0, "the page remembers an upload without its file");
  await dropFiles(page, files);
  await dockOf(page).getByText("Done · 16.8 MB").waitFor();
  await wholeAndResumed(world, "reloaded.bin");
  await page.close();
}

function dockOf(page: Page): Locator {
  return page.getByRole("region", { name: "Uploads" });
}

/** Waits until the server has some of an upload, but not all. */
async function someArrived(dock: Locator, name: string): Promise<void> {
  const bar = dock.getByRole("progressbar", { name: `Upload of ${name}` });
  await bar.and(dock.locator('[aria-valuenow]:not([aria-valuenow="0"])')).waitFor();
}

/** Waits until the server holds an upload no more: what is on its way arrives before it hears of the end. */
async function letGo(page: Page, name: string): Promise<void> {
  // A page that was opened just now knows nothing before the first picture.
  await page.getByText("Running for").waitFor();
  const underWay = page.getByRole("progressbar", { name: `upload of ${name}`, exact: true });
  await underWay.waitFor({ state: "detached" });
}

/** The file is right, and its last transfer did not begin at its first byte. */
async function wholeAndResumed(world: PageWorld, name: string): Promise<void> {
  assert.deepEqual(await Deno.readFile(join(world.root, name)), droppedBytes(SIZE));
  const last = world.server.stderr.lines.flatMap(parseRecord)
    .findLast((record) => record.kind === "started" && record.path === name);
  assert.ok(Number(last?.offsetBytes) > 0, `${name} began again: ${JSON.stringify(last)}`);
}
