/// <reference lib="dom" />
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { runClient } from "#tests/support/run_command.ts";
import { browserTest } from "./chromium.ts";
import { rowOf, undoOf, waitForNames } from "./page_steps.ts";
import { startPageWorld } from "./page_world.ts";
import { walkManyFiles } from "./walk_many_files.ts";

const HOSTILE = "<img src=x onerror=document.title='owned'>.html";
const NAMES = ["docs", HOSTILE, "photo 2.png", "photo 10.png", "tune.wav"];
browserTest(
  "the page lists, sorts, filters, renames, deletes, restores, shows and downloads",
  async (test) => {
    await using world = await startPageWorld({ fill: fillTour });
    const page = await world.open();

    await test.step("lists folders first, then names in their natural order", async () => {
      await waitForNames(page, NAMES);
    });

    await test.step("sorts by size, and the other way round", async () => {
      const size = page.getByRole("columnheader", { name: "Size" });
      await size.getByRole("button").click();
      await waitForNames(page, ["docs", "photo 2.png", "photo 10.png", "tune.wav", HOSTILE]);
      assert.equal(await size.getAttribute("aria-sort"), "descending");
      await size.getByRole("button").click();
      await waitForNames(page, ["docs", HOSTILE, "tune.wav", "photo 2.png", "photo 10.png"]);
      await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
    });

    await test.step("filters while a word is typed", async () => {
      await page.getByRole("textbox", { name: /Filter/ }).pressSequentially("photo");
      await waitForNames(page, ["photo 2.png", "photo 10.png"]);
      await page.getByRole("button", { name: "Clear" }).click();
      await waitForNames(page, NAMES);
    });

    await test.step("opens a folder under an address of its own, and goes back", async () => {
      await page.getByRole("link", { name: "docs", exact: true }).click();
      await waitForNames(page, ["inner"]);
      assert.equal(new URL(page.url()).hash, "#/docs");
      await page.getByRole("link", { name: "inner", exact: true }).click();
      await rowOf(page, "deep note.txt").waitFor();
      await page.getByRole("navigation", { name: "Folder" }).getByRole("link", { name: "docs" })
        .click();
      await rowOf(page, "inner").waitFor();
      await page.goBack();
      await rowOf(page, "deep note.txt").waitFor();
      await page.getByRole("link", { name: "Sluice: all files" }).click();
      await rowOf(page, "tune.wav").waitFor();
    });

    await test.step("searches below a folder", async () => {
      await page.getByRole("textbox", { name: /Filter/ }).fill("note");
      await page.keyboard.press("Enter");
      await rowOf(page, "deep note.txt").waitFor();
      assert.equal(
        await rowOf(page, "deep note.txt").locator(".cell-place").textContent(),
        "docs/inner",
      );
      await page.getByRole("button", { name: "Clear" }).click();
      await rowOf(page, "tune.wav").waitFor();
    });

    await test.step("makes a folder, and says why it cannot", async () => {
      await page.getByRole("button", { name: "New folder" }).click();
      await page.getByLabel("Name", { exact: true }).fill("docs");
      await page.getByRole("button", { name: "Make folder" }).click();
      await page.getByRole("alert").filter({ hasText: "already exists" }).waitFor();
      await page.getByLabel("Name", { exact: true }).fill("made here");
      await page.keyboard.press("Enter");
      await rowOf(page, "made here").waitFor();
      assert.ok((await Deno.stat(join(world.root, "made here"))).isDirectory);
    });

    await test.step("renames in its place, and takes it back", async () => {
      await rowOf(page, "tune.wav").locator(".cell-time").click();
      await page.getByRole("button", { name: "Rename" }).click();
      await page.getByRole("textbox", { name: "New name for tune.wav" }).fill("song.wav");
      await page.keyboard.press("Enter");
      await rowOf(page, "song.wav").waitFor();
      await undoOf(page, "Renamed to song.wav").click();
      await rowOf(page, "tune.wav").waitFor();
      assert.ok((await Deno.stat(join(world.root, "tune.wav"))).isFile);
    });

    await test.step("deletes after a question, and undoes it", async () => {
      await rowOf(page, "photo 2.png").locator(".cell-time").click();
      await page.keyboard.press("Delete");
      await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
      await rowOf(page, "photo 2.png").waitFor({ state: "detached" });
      await undoOf(page, "Moved photo 2.png").click();
      await rowOf(page, "photo 2.png").waitFor();
    });

    await test.step("shows the trash, restores from it and empties it", async () => {
      for (const name of ["photo 10.png", "made here"]) await deleteByKey(page, name);
      await page.getByRole("button", { name: "Trash" }).click();
      await rowOf(page, "photo 10.png").waitFor();
      await page.getByRole("button", { name: "Restore photo 10.png" }).click();
      await rowOf(page, "photo 10.png").waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Empty trash" }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: "Delete for good" }).click();
      await page.getByText("The trash is empty").waitFor();
      await page.getByRole("button", { name: "Back to the files" }).click();
      await rowOf(page, "photo 10.png").waitFor();
    });

    await test.step("shows text, an image and sound, and what is known of a file", async () => {
      await page.getByRole("link", { name: HOSTILE, exact: true }).click();
      await page.locator(".preview-text").filter({ hasText: "<script>" }).waitFor();
      await page.getByRole("button", { name: "Compute" }).click();
      await page.locator(".digest").filter({ hasText: /^[0-9a-f]{64}$/ }).waitFor();
      await page.keyboard.press("ArrowRight");
      await page.waitForFunction(() => {
        const image = document.querySelector(".preview-image");
        return image instanceof HTMLImageElement && image.naturalWidth > 0;
      });
      await page.getByRole("button", { name: "Next file" }).click();
      await page.getByRole("button", { name: "Next file" }).click();
      await page.waitForFunction(() => (document.querySelector("audio")?.duration ?? 0) > 0);
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
    });

    await test.step("downloads a file under its right name", async () => {
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name: `Download ${HOSTILE}` }).click();
      const done = await download;
      assert.equal(
        await Deno.readTextFile(await done.path()),
        "<script>document.title='owned'</script>",
      );
      assert.ok(done.suggestedFilename().endsWith(".html"));
    });

    await test.step("downloads a selection and a folder as zip", async () => {
      await rowOf(page, "photo 2.png").locator(".cell-time").click();
      await rowOf(page, "photo 10.png").locator(".cell-time").click({ modifiers: ["Control"] });
      const selection = page.waitForEvent("download");
      await page.getByRole("button", { name: "Download zip" }).click();
      assert.match((await selection).suggestedFilename(), /\.zip$/);
      assert.deepEqual([...(await Deno.readFile(await (await selection).path())).slice(0, 2)], [
        0x50,
        0x4b,
      ]);
      const folder = page.waitForEvent("download");
      await page.getByRole("button", { name: "Download docs as zip" }).click();
      assert.equal((await folder).suggestedFilename(), "docs.zip");
      await (await folder).path();
    });

    await test.step("tells what any client does, as it happens", async () => {
      const history = page.getByRole("list", { name: "History" });
      await history.getByText(/^restore/).first().waitFor();
      const done = await runClient([
        "--server",
        world.server.address,
        "mkdir",
        "by the command line",
      ]);
      assert.equal(done.code, 0, done.stderr);
      await history.getByText("by the command line").waitFor();
      await rowOf(page, "by the command line").waitFor();
    });

    await test.step("filters and scrolls 10,000 files with few rows in the document", () => {
      return walkManyFiles(page, world);
    });

    await test.step("runs no script of a file and breaks no rule of its own policy", async () => {
      assert.match(await page.title(), /Sluice$/);
      assert.equal(await page.locator("#list img").count(), 0);
      assert.deepEqual(world.complaints, []);
    });
  },
);

async function fillTour(root: string): Promise<void> {
  await Deno.mkdir(join(root, "docs/inner"), { recursive: true });
  await Deno.writeTextFile(join(root, "docs/inner/deep note.txt"), "found");
  await Deno.writeTextFile(join(root, HOSTILE), "<script>document.title='owned'</script>");
  for (const name of ["photo 2.png", "photo 10.png"]) {
    await Deno.copyFile(join(PROJECT_FOLDER, "server_files/sluice.png"), join(root, name));
  }
  await Deno.writeFile(join(root, "tune.wav"), silence());
}

/** A tenth of a second of silence as WAV: 8 kHz, 8 bits. */
function silence(): Uint8Array<ArrayBuffer> {
  const samples = 800;
  const wav = new Uint8Array(44 + samples).fill(128, 44);
  const view = new DataView(wav.buffer);
  const text = (at: number, word: string): void => wav.set(new TextEncoder().encode(word), at);
  text(0, "RIFF");
  view.setUint32(4, 36 + samples, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, 8000, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  text(36, "data");
  view.setUint32(40, samples, true);
  return wav;
}

async function deleteByKey(page: Page, name: string): Promise<void> {
  await rowOf(page, name).locator(".cell-time").click();
  await page.keyboard.press("Delete");
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await rowOf(page, name).waitFor({ state: "detached" });
}
