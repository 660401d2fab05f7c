import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { browserTest } from "./chromium.ts";
import { findViolations } from "./find_violations.ts";
import { dropFiles, rowOf, undoOf, waitForNames } from "./page_steps.ts";
import { startPageWorld } from "./page_world.ts";

const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 800 };

browserTest(
  "the page is accessible: axe-core finds nothing, and the keyboard alone suffices",
  async (test) => {
    await using world = await startPageWorld({
      fill: fillFolder,
      // The large upload is to last as long as the test does, however slow the machine.
      flags: ["--rate-per-connection", "50kB/s"],
    });
    const page = await world.open();
    await dropFiles(page, [
      { name: "slow.bin", sizeBytes: 40_000_000 },
      { name: "note.txt", sizeBytes: 4 },
    ]);
    await page.getByRole("alertdialog").waitFor();

    /** Each state of the page, and how to leave it. */
    const states: readonly (readonly [string, () => Promise<void>])[] = [
      ["a question about a taken name", () => Promise.resolve()],
      ["the list with uploads under way", async () => {
        await page.getByRole("alertdialog").getByRole("button", { name: "Skip" }).click();
        await page.getByText("Skipped: the name is taken").waitFor();
      }],
      [
        "a selection",
        () => rowOf(page, "note.txt").locator(".cell-name").click({ position: { x: 260, y: 10 } }),
      ],
      ["a menu", async () => {
        await page.locator("#list").focus();
        await rowOf(page, "note.txt").click({ button: "right" });
        await page.getByRole("menuitem", { name: "Copy link" }).waitFor();
      }],
      ["a preview", async () => {
        await page.getByRole("menuitem", { name: "Open" }).click();
        await page.getByText("a text to read").waitFor();
      }],
      ["the question before a deletion", async () => {
        await page.keyboard.press("Escape");
        await page.locator("#list").press("Delete");
        await page.getByRole("alertdialog").waitFor();
      }],
      ["the shortcuts", async () => {
        await page.getByRole("button", { name: "Keep" }).click();
        await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
        await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      }],
      ["a new folder", async () => {
        await page.keyboard.press("Escape");
        await page.locator("#list").press("Escape");
        await page.getByRole("button", { name: "New folder" }).click();
        await page.getByRole("dialog", { name: "New folder" }).waitFor();
      }],
      ["a name being edited", async () => {
        await page.keyboard.press("Escape");
        await page.locator("#list").press("Home");
        await page.locator("#list").press("F2");
        await page.getByRole("textbox", { name: /^New name/ }).waitFor();
      }],
      ["the trash", async () => {
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Trash" }).click();
        await page.getByText("The trash is empty").waitFor();
      }],
    ];
    for (const [name, enter] of states) {
      await test.step(name, async () => {
        await enter();
        assert.deepEqual(await violationsEverywhere(page), []);
      });
    }
    await page.close();
    await test.step("the keyboard alone", async (part) => {
      await useKeyboard(await world.open(), part);
      assert.deepEqual(world.complaints, []);
    });
  },
);

/** Does everything that matters without a pointer. */
async function useKeyboard(page: Page, test: Deno.TestContext): Promise<void> {
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };

  await test.step("moves, opens a folder and comes back to it", async () => {
    await press("ArrowDown", "Enter");
    await waitForNames(page, ["inside.txt"]);
    await press("Backspace");
    await page.locator('.row-active:has-text("folder")').waitFor();
  });

  await test.step("opens a preview, steps through files, and closes it", async () => {
    await press("ArrowDown", "Enter");
    await page.getByRole("heading", { name: "more.txt" }).waitFor();
    await press("ArrowRight");
    await page.getByRole("heading", { name: "note.txt" }).waitFor();
    await press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    assert.equal(await page.evaluate("document.activeElement.id"), "list");
  });

  await test.step("selects with Shift and with Ctrl A, and clears with Escape", async () => {
    await press("Home", "Shift+ArrowDown");
    await page.getByText("2 selected").waitFor();
    await press("Control+a");
    await page.getByText("3 selected").first().waitFor();
    await press("Escape");
    await page.getByText("3 selected", { exact: false }).first().waitFor({ state: "detached" });
  });

  await test.step("renames", async () => {
    await press("End", "F2");
    await page.getByRole("textbox", { name: "New name for note.txt" }).waitFor();
    await page.keyboard.type("renamed");
    await press("Enter");
    await page.locator('.row-active:has-text("renamed.txt")').waitFor();
    assert.equal(await page.evaluate("document.activeElement.id"), "list");
  });

  await test.step("deletes, and undoes it through the message", async () => {
    await press("Delete");
    await page.getByRole("alertdialog").waitFor();
    await press("Enter");
    await rowOf(page, "renamed.txt").waitFor({ state: "detached" });
    // The row may be gone before the message is there.
    await undoOf(page, "Moved renamed.txt").focus();
    await press("Enter");
    await rowOf(page, "renamed.txt").waitFor();
  });

  await test.step("filters with a letter, leaves with Escape; / and ? work", async () => {
    await page.locator("#list").focus();
    await page.keyboard.type("more");
    await waitForNames(page, ["more.txt"]);
    await press("Escape", "/");
    assert.equal(await page.evaluate("document.activeElement.id"), "filter");
    await press("Escape", "?");
    const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await list.waitFor();
    await press("Escape");
    await list.waitFor({ state: "detached" });
  });

  await test.step("opens a row's menu and leaves it", async () => {
    await press("Home", "Shift+F10");
    await page.getByRole("menu").waitFor();
    await press("ArrowDown", "Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
  });

  await test.step("reaches every button with Tab", async () => {
    await press("Escape");
    await page.getByRole("button", { name: "New folder" }).waitFor();
    const reached = new Set<string>();
    for (let step = 0; step < 40; step += 1) {
      await press("Tab");
      reached.add(
        `${await page.evaluate(
          "document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()",
        )}`,
      );
    }
    for (
      const name of [
        "New folder",
        "Upload folder",
        "Upload files",
        "Trash",
        "Name",
        "Size",
        "All files",
      ]
    ) {
      assert.ok(reached.has(name), `${name} is not among ${[...reached].join(", ")}`);
    }
  });
}

/** Looks at the page in light on a desk, and in dark on a phone: colours and sizes do not depend on each other. */
async function violationsEverywhere(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const [colorScheme, size] of [["light", DESK], ["dark", PHONE]] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(size);
    for (const line of await findViolations(page)) {
      found.push(`${colorScheme} ${size.width}: ${line}`);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(DESK);
  return found;
}

async function fillFolder(root: string): Promise<void> {
  await Deno.mkdir(join(root, "folder"));
  await Deno.writeTextFile(join(root, "folder/inside.txt"), "inside");
  await Deno.writeTextFile(join(root, "more.txt"), "more text");
  await Deno.writeTextFile(join(root, "note.txt"), "a text to read");
}
