/// <reference lib="dom" />
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { writeSparseFile } from "#tests/support/big_transfer.ts";
import { EVENT_DEADLINE_MS } from "#tests/support/deadline.ts";
import { browserTest } from "./chromium.ts";
import { dropFiles, dropPaths, droppedBytes, waitForNames } from "./page_steps.ts";
import { startPageWorld } from "./page_world.ts";

/** At the server's rate a quarter of an hour: an upload of it lasts until a test ends it. */
const LONG_BYTES = 90_000_000;

browserTest(
  "the page uploads files and folders, asks, pauses, goes on and cancels",
  async (test) => {
    await using world = await startPageWorld({
      flags: ["--rate-per-connection", "100kB/s"],
      fill: (root) => Deno.writeTextFile(join(root, "taken.txt"), "old"),
    });
    const page = await world.open();
    const dock = page.getByRole("region", { name: "Uploads" });

    await test.step("uploads a drop of 120 files", async () => {
      const files = Array.from({ length: 120 }, (_none, at) => ({
        name: `dropped ${at}.bin`,
        sizeBytes: 100 + at,
      }));
      await dropFiles(page, files);
      await dock.getByRole("heading", { name: "120 uploaded" }).waitFor({
        timeout: EVENT_DEADLINE_MS,
      });
      for (const { name, sizeBytes } of files) {
        assert.equal((await Deno.stat(join(world.root, name))).size, sizeBytes, name);
      }
      // The queue is long, but only what is in view exists.
      assert.ok(await dock.getByRole("listitem").count() < 40);
      await dock.getByRole("button", { name: "Clear the uploads" }).click();
      await dock.waitFor({ state: "detached" });
    });

    await test.step("uploads a chosen folder with what is in it", async () => {
      await Deno.mkdir(world.folder.join("trip/day 1"), { recursive: true });
      await Deno.writeTextFile(world.folder.join("trip/day 1/diary.txt"), "sun");
      await page.locator("#choose-folder").setInputFiles(world.folder.join("trip"));
      await dock.getByRole("heading", { name: "Uploaded" }).waitFor();
      assert.equal(await Deno.readTextFile(join(world.root, "trip/day 1/diary.txt")), "sun");
      await dock.getByRole("button", { name: "Clear the uploads" }).click();
    });

    await test.step("uploads a dropped folder, also what is empty in it", async () => {
      await Deno.mkdir(world.folder.join("dropped/deep/empty"), { recursive: true });
      await Deno.writeTextFile(world.folder.join("dropped/deep/leaf.txt"), "leaf");
      await Deno.writeTextFile(world.folder.join("loose.txt"), "loose");
      await dropPaths(page, [world.folder.join("dropped"), world.folder.join("loose.txt")]);
      await dock.getByRole("heading", { name: "2 uploaded" }).waitFor();
      assert.equal(await Deno.readTextFile(join(world.root, "dropped/deep/leaf.txt")), "leaf");
      assert.equal(await Deno.readTextFile(join(world.root, "loose.txt")), "loose");
      await page.goto(`${world.gateway.url}/#/dropped/deep`);
      await waitForNames(page, ["empty", "leaf.txt"]);
      await page.goto(`${world.gateway.url}/#/`);
      await dock.getByRole("button", { name: "Clear the uploads" }).click();
    });

    await test.step("asks when a name is taken: keep both, for all", async () => {
      await dropFiles(page, [
        { name: "taken.txt", sizeBytes: 10 },
        { name: "dropped 1.bin", sizeBytes: 20 },
      ]);
      const question = page.getByRole("alertdialog", { name: "The name is taken" });
      await question.getByText("3 B, changed").or(question.getByText("101 B, changed")).waitFor();
      await question.getByRole("checkbox").check();
      await question.getByRole("button", { name: "Keep both" }).click();
      await dock.getByRole("heading", { name: "2 uploaded" }).waitFor();
      assert.deepEqual(await Deno.readFile(join(world.root, "taken (1).txt")), droppedBytes(10));
      assert.equal(await Deno.readTextFile(join(world.root, "taken.txt")), "old");
      await dock.getByRole("button", { name: "Clear the uploads" }).click();
    });

    await test.step("asks when a name is taken: skip, overwrite", async () => {
      await dropFiles(page, [{ name: "taken.txt", sizeBytes: 10 }]);
      await page.getByRole("alertdialog").getByRole("button", { name: "Skip" }).click();
      await dock.getByText("Skipped: the name is taken").waitFor();
      assert.equal(await Deno.readTextFile(join(world.root, "taken.txt")), "old");
      await dropFiles(page, [{ name: "taken.txt", sizeBytes: 10 }]);
      await page.getByRole("alertdialog").getByRole("button", { name: "Overwrite" }).click();
      await dock.getByText("Done · 10 B").waitFor();
      assert.deepEqual(await Deno.readFile(join(world.root, "taken.txt")), droppedBytes(10));
      await dock.getByRole("button", { name: "Clear the uploads" }).click();
    });

    await test.step("shows how far each is, and how long it takes", async () => {
      const paths = ["one.bin", "two.bin"].map((name) => world.folder.join(name));
      for (const path of paths) await writeSparseFile(path, LONG_BYTES);
      await dropPaths(page, paths);
      for (const name of ["one.bin", "two.bin"]) {
        const row = dock.getByRole("listitem").filter({ hasText: name });
        await row.getByText(/^[\d.]+ [kM]B of 90\.0 MB · \d.*\/s · \d.* left$/).waitFor();
        await row.getByRole("progressbar", { name: `Upload of ${name}` }).waitFor();
      }
    });

    await test.step("pauses one and goes on with it", async () => {
      await dock.getByRole("button", { name: "Pause one.bin" }).click();
      const paused = await bytesIn(dock.getByText(/^Paused · /));
      await dock.getByRole("button", { name: "Go on with one.bin" }).click();
      const note = dock.getByRole("listitem").filter({ hasText: "one.bin" })
        .getByText(/ of 90\.0 MB · \d.*\/s/);
      while (await bytesIn(note) <= paused);
    });

    await test.step("cancels them, and the server forgets their bytes", async () => {
      for (const name of ["one.bin", "two.bin"]) {
        await dock.getByRole("button", { name: `Cancel ${name}` }).click();
        await dock.getByText(name).waitFor({ state: "detached" });
      }
      await emptied(join(world.root, ".sluice/uploads"));
      for (const name of ["one.bin", "two.bin"]) {
        assert.equal(await exists(join(world.root, name)), false);
      }
      assert.deepEqual(world.complaints, []);
    });
  },
);

/** What a note such as "Paused · 1.2 MB of 90.0 MB" says in front of "of". */
async function bytesIn(note: Locator): Promise<number> {
  const text = await note.textContent();
  const [, amount = "0", unit] = /([\d.]+) ([kM]?)B of/.exec(text ?? "") ?? [];
  return Number(amount) * (unit === "M" ? 1e6 : unit === "k" ? 1e3 : 1);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch {
    return false;
  }
}

/** Waits until a folder holds nothing. */
async function emptied(path: string): Promise<void> {
  using watcher = Deno.watchFs(path);
  if (isEmpty(path)) return;
  for await (const _event of watcher) {
    if (isEmpty(path)) return;
  }
}

function isEmpty(path: string): boolean {
  return [...Deno.readDirSync(path)].length === 0;
}
