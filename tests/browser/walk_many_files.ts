/// <reference lib="dom" />
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { waitForNames } from "./page_steps.ts";
import type { PageWorld } from "./page_world.ts";

const COUNT = 10_000;
/** A screen holds 18 rows; the rest is kept ready around them. */
const MOST_ROWS = 60;
const SCROLL_FRAMES = 60;

/** Filters and scrolls a folder of 10,000 files, and looks how few of its rows are in the document. */
export async function walkManyFiles(page: Page, world: PageWorld): Promise<void> {
  const folder = join(world.root, "many");
  await Deno.mkdir(folder);
  for (let at = 0; at < COUNT; at += 1) Deno.writeTextFileSync(join(folder, `file ${at}.txt`), "");
  await page.goto(`${world.gateway.url}/#/many`);
  await page.locator(`#list[aria-rowcount="${COUNT + 1}"]`).waitFor();

  const scroll = await page.evaluate(async (frames) => {
    const list = document.getElementById("list");
    if (list === null) throw new Error("no list");
    const times: number[] = [];
    let mostRows = 0;
    let last = await new Promise<number>(requestAnimationFrame);
    for (let frame = 0; frame < frames; frame += 1) {
      list.scrollTop += list.scrollHeight / frames;
      const now = await new Promise<number>(requestAnimationFrame);
      times.push(now - last);
      last = now;
      mostRows = Math.max(mostRows, list.querySelectorAll(".list-body .row").length);
    }
    times.sort((one, other) => one - other);
    return { mostRows, median: times[times.length >> 1], slowest: times.at(-1) };
  }, SCROLL_FRAMES);
  console.log(
    `scrolled 10,000 rows in ${SCROLL_FRAMES} frames: median ${scroll.median?.toFixed(1)} ms, ` +
      `slowest ${scroll.slowest?.toFixed(1)} ms, at most ${scroll.mostRows} rows`,
  );
  assert.ok(scroll.mostRows > 0 && scroll.mostRows <= MOST_ROWS, `${scroll.mostRows} rows`);

  await page.locator("#list").press("End");
  await page.getByText("file 9999.txt", { exact: true }).waitFor();
  await page.getByRole("textbox", { name: /Filter/ }).pressSequentially("8765");
  await waitForNames(page, ["file 8765.txt"]);
}
