/// <reference lib="dom" />
import assert from "node:assert/strict";
import { join } from "node:path";
import { browserTest } from "./chromium.ts";
import { dropFiles, dropPaths, droppedBytes, waitForNames } from "./page_steps.ts";
import { PAGE_DEADLINE_MS, startPageWorld } from "./page_world.ts";

const MiB = 1024 * 1024;

browserTest(
  "the page uploads files and folders, asks, pauses, goes on and cancels",
  async (test) => {
    await using world = await startPageWorld({
      flags: ["--rate-per-connection", "4MB/s"],
      fill: (root) => Deno.writeTextFile(join(root, "taken.txt"), "old"),
    });
    const page = await world.open();
    const dock = page.getByRole("region", { name: "Uploads" });

    await test.step("uploads a drop of 300 files", async () => {
      const files = Array.from({ length: 300 }, (_none, at) => ({
        name: `dropped ${at}.bin`,
        sizeBytes: 100 + at,
      }));
      await dropFiles(page, files);
      await dock.getByRole("heading", { name: "300 uploaded" }).waitFor({
        timeout: 3 * PAGE_DEADLINE_MS,
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
      await dropFiles(page, [
        { name: "one.bin", sizeBytes: 16 * MiB },
        { name: "two.bin", sizeBytes: 64 * MiB },
      ]);
      await dock.getByText(/of 67\.1 MB · \d.*\/s · \d+ s left/).waitFor();
      const bar = dock.getByRole("progressbar", { name: "Upload of two.bin" });
      await page.waitForFunction(
        (element) => Number(element?.getAttribute("aria-valuenow")) > 0,
        await bar.elementHandle(),
      );
    });

    await test.step("pauses one and goes on with it", async () => {
      await dock.getByRole("button", { name: "Pause one.bin" }).click();
      await dock.getByText(/^Paused · /).waitFor();
      assert.equal(await exists(join(world.root, "one.bin")), false);
      await dock.getByRole("button", { name: "Go on with one.bin" }).click();
      await dock.getByText("Done · 16.8 MB").waitFor();
      assert.deepEqual(await Deno.readFile(join(world.root, "one.bin")), droppedBytes(16 * MiB));
    });

    await test.step("cancels one, and the server forgets its bytes", async () => {
      await dock.getByRole("button", { name: "Cancel two.bin" }).click();
      await dock.getByText("two.bin").waitFor({ state: "detached" });
      await emptied(join(world.root, ".sluice/uploads"));
      assert.equal(await exists(join(world.root, "two.bin")), false);
      assert.deepEqual(world.complaints, []);
    });
  },
);

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
