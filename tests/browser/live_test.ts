import assert from "node:assert/strict";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { parseRecord } from "#tests/support/client_process.ts";
import { freeLowPort, startServerOn } from "#tests/support/server_on_port.ts";
import { startGatewayProcess } from "#tests/support/gateway_process.ts";
import { writeRandomFile } from "#tests/support/random_file.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { browserTest } from "./chromium.ts";
import { PAGE_DEADLINE_MS, type PageWorld, startPageWorld } from "./page_world.ts";

/** More than all buffers on the way hold. */
const SIZE = 16_000_000;
/** What passes before the line is held. */
const PASSED = 1_000_000;

browserTest(
  "three tabs download different files at once, in three workers; the status dot turns red when a server stops, and green when it starts",
  async () => {
    await using world = await startPageWorld({
      flags: ["--log-format", "json"],
      fill: async (root) => {
        for (const at of [1, 2, 3]) await writeRandomFile(join(root, `big ${at}.bin`), SIZE, at);
      },
    });
    // At the same time: both wait for others most of the time.
    await Promise.all([downloadInTabs(world), statusFollowsServer(world.browser)]);
  },
);

async function downloadInTabs(world: PageWorld): Promise<void> {
  const pages = await Promise.all([1, 2, 3].map(() => world.open()));
  assert.equal(await countSharedWorkers(world), 1, "one event stream for all tabs");
  void world.line.hold("down", PASSED);
  const downloads = await Promise.all(pages.map(async (page, at) => {
    const begun = page.waitForEvent("download");
    await page.getByRole("link", { name: `Download big ${at + 1}.bin` }).click();
    return await begun;
  }));
  const [first] = pages;
  assert.ok(first !== undefined);
  await first.getByRole("progressbar", { name: /^download of big/ }).nth(2).waitFor();
  world.line.release();
  for (const [at, download] of downloads.entries()) {
    assert.equal(download.suggestedFilename(), `big ${at + 1}.bin`);
    const saved = await Deno.readFile(await download.path());
    assert.deepEqual(saved, await Deno.readFile(join(world.root, `big ${at + 1}.bin`)));
  }
  await first.getByRole("list", { name: "History" }).getByText("big 1.bin").waitFor();
  const started = world.server.stderr.lines.flatMap(parseRecord)
    .filter((record) => record.kind === "started" && `${record.path}`.startsWith("big "));
  assert.equal(new Set(started.map((record) => record.worker)).size, 3, JSON.stringify(started));
  assert.deepEqual(world.complaints, []);
}

async function statusFollowsServer(browser: Browser): Promise<void> {
  await using root = await makeTempFolder();
  const port = freeLowPort();
  await using gateway = await startGatewayProcess({ server: `127.0.0.1:${port}` });
  const page = await browser.newPage();
  page.setDefaultTimeout(PAGE_DEADLINE_MS);
  await page.goto(gateway.url);
  const dot = (level: string): Promise<void> =>
    page.locator(`#status [data-level="${level}"]`).waitFor();
  await dot("offline");
  await page.locator("#status").getByText("Offline").waitFor();
  {
    await using _server = await startServerOn(port, root.path);
    await dot("online");
    await page.getByText("Drop files or folders here").waitFor();
    await page.locator("#status").getByText("Online").waitFor();
  }
  await dot("offline");
  await using _server = await startServerOn(port, root.path);
  await dot("online");
  await page.close();
}

/** Counts the workers that tabs of this page share; each has one event stream. */
async function countSharedWorkers({ browser, gateway }: PageWorld): Promise<number> {
  const devTools = await browser.newBrowserCDPSession();
  const { targetInfos } = await devTools.send("Target.getTargets");
  await devTools.detach();
  return targetInfos.filter(({ type, url }) =>
    type === "shared_worker" && url.startsWith(gateway.url)
  ).length;
}
