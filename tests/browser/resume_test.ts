import assert from "node:assert/strict";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { SluiceClient } from "#client/mod.ts";
import { parseRecord, startClientProcess } from "#tests/support/client_process.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { startGatewayProcess } from "#tests/support/gateway_process.ts";
import { runClient } from "#tests/support/run_command.ts";
import { browserTest } from "./chromium.ts";
import { dropFiles, droppedBytes } from "./page_steps.ts";
import { type PageWorld, startPageWorld } from "./page_world.ts";

const MiB = 1024 * 1024;
/** More than all buffers on the way hold. */
const SIZE = 48 * MiB;
/** Of what the command line begins: at its rate that takes minutes, too. */
const LESS = 8 * MiB;
/** What passes before the line is held. */
const PASSED = 2 * MiB;

browserTest("an upload survives a restart of the gateway, and changes hands", async (test) => {
  await using world = await startPageWorld({ flags: ["--log-format", "json"] });
  const local = world.folder.join("local");
  await Deno.mkdir(local);

  await test.step("the page goes on by itself when the gateway is there again", async () => {
    const page = await world.open();
    const dock = dockOf(page);
    await dropAndHold(world, page, "cut.bin");
    world.gateway.kill("SIGKILL");
    await world.gateway.status;
    world.line.release();
    await dock.getByText(/Trying again/).waitFor();
    await page.locator('#status [data-level="offline"]').waitFor();
    const { port } = world.gateway;
    await using _again = await startGatewayProcess({ server: world.line.address, port });
    await dock.getByText("Done · 50.3 MB").waitFor();
    await wholeAndResumed(world, "cut.bin");
    await page.close();
  });
  await using gateway = await startGatewayProcess({
    server: world.line.address,
    port: world.gateway.port,
  });
  assert.equal(gateway.port, world.gateway.port);

  await test.step("the command line finishes what the page began", async () => {
    const page = await world.open();
    await dropAndHold(world, page, "handed.bin");
    await dockOf(page).getByRole("button", { name: "Pause handed.bin" }).click();
    await dockOf(page).getByText(/^Paused · /).waitFor();
    world.line.release();
    await letGo(world);
    await page.close();
    await Deno.writeFile(join(local, "handed.bin"), droppedBytes(SIZE));
    const { address } = world.server;
    const done = await runClient(["--server", address, "upload", join(local, "handed.bin")]);
    assert.equal(done.code, 0, done.stderr);
    await wholeAndResumed(world, "handed.bin");
  });

  await test.step("the page finishes what the command line began", async () => {
    await beginByCommandLine(world, join(local, "taken over.bin"), droppedBytes(LESS));
    const page = await world.open();
    await dropFiles(page, [{ name: "taken over.bin", sizeBytes: LESS }]);
    await dockOf(page).getByText("Done · 8.4 MB").waitFor();
    await wholeAndResumed(world, "taken over.bin", LESS);
    await page.close();
  });

  await test.step("the page notices other bytes", async () => {
    await beginByCommandLine(world, join(local, "other.bin"), droppedBytes(LESS).fill(7, 0, 100));
    const page = await world.open();
    await dropFiles(page, [{ name: "other.bin", sizeBytes: LESS }]);
    await dockOf(page).getByText("Done · 8.4 MB").waitFor();
    assert.deepEqual(await Deno.readFile(join(world.root, "other.bin")), droppedBytes(LESS));
    await page.close();
  });

  await test.step("the page goes on after a reload", async () => {
    const page = await world.open();
    await dropAndHold(world, page, "reloaded.bin");
    await page.reload();
    world.line.release();
    await letGo(world);
    await page.locator('#list[aria-busy="false"]').waitFor();
    assert.equal(await dockOf(page).count(), 0, "the page remembers an upload without its file");
    await dropFiles(page, [{ name: "reloaded.bin", sizeBytes: SIZE }]);
    await dockOf(page).getByText("Done · 50.3 MB").waitFor();
    await wholeAndResumed(world, "reloaded.bin");
    await page.close();
  });
});

/** Begins an upload, and holds it when the server has some of it. */
async function dropAndHold(world: PageWorld, page: Page, name: string): Promise<void> {
  const isHeld = world.line.hold("up", PASSED);
  await dropFiles(page, [{ name, sizeBytes: SIZE }]);
  await withDeadline(isHeld, `the middle of ${name}`);
  const bar = dockOf(page).getByRole("progressbar", { name: `Upload of ${name}` });
  await bar.and(page.locator('[aria-valuenow]:not([aria-valuenow="0"])')).waitFor();
}

/** Uploads some of a file with the command line, and interrupts it. */
async function beginByCommandLine(
  world: PageWorld,
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  await Deno.writeFile(path, bytes);
  // At this rate it would take minutes.
  await using client = await startClientProcess(world.server.address, [
    ...["upload", "--limit-rate", "20kB/s", "--compress", "off", path],
  ]);
  await client.stdout.waitFor((line) => /"doneBytes":[1-9]/.test(line), "progress");
  client.kill("SIGINT");
  await client.ended;
}

function dockOf(page: Page): Locator {
  return page.getByRole("region", { name: "Uploads" });
}

/** Waits until the server is told of the end: what is on its way arrives before. */
async function letGo({ server }: PageWorld): Promise<void> {
  await using client = new SluiceClient({ server });
  const rest = async (): Promise<void> => {
    while ((await client.status()).transfers > 0);
  };
  await withDeadline(rest(), "the end of the upload");
}

/** The file is right, and its last transfer did not begin at its first byte. */
async function wholeAndResumed(world: PageWorld, name: string, sizeBytes = SIZE): Promise<void> {
  assert.deepEqual(await Deno.readFile(join(world.root, name)), droppedBytes(sizeBytes));
  const last = world.server.stderr.lines.flatMap(parseRecord)
    .findLast((record) => record.kind === "started" && record.path === name);
  assert.ok(Number(last?.offsetBytes) > 0, `${name} began again: ${JSON.stringify(last)}`);
}
