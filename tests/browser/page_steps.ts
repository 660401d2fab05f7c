/// <reference lib="dom" />
import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";

/** Gives the row of a name. */
export function rowOf(page: Page, name: string): Locator {
  return page.getByRole("row").filter({ has: page.getByText(name, { exact: true }) });
}

/** Gives the button that takes back what a message tells of; other messages may have one, too. */
export function undoOf(page: Page, message: string): Locator {
  return page.getByRole("status").locator(".toast").filter({ hasText: message })
    .getByRole("button", { name: "Undo" });
}

/** Waits until the list shows just these names, in this order. */
export async function waitForNames(page: Page, names: readonly string[]): Promise<void> {
  try {
    await page.waitForFunction((wanted) => {
      const shown = [...document.querySelectorAll("#list .list-body .name")];
      return JSON.stringify(shown.map((name) => name.textContent)) === wanted;
    }, JSON.stringify(names));
  } catch (error) {
    const shown = await page.locator("#list .list-body .name").allTextContents();
    assert.deepEqual(shown, names);
    throw error;
  }
}

/** A file that a test drops. */
export interface DroppedFile {
  readonly name: string;
  readonly sizeBytes: number;
}

/** Drops files that are made in the page: the n-th byte of each is n modulo 251. */
export async function dropFiles(page: Page, files: readonly DroppedFile[]): Promise<void> {
  await page.evaluate((made) => {
    const transfer = new DataTransfer();
    for (const { name, sizeBytes } of made) {
      const bytes = new Uint8Array(sizeBytes);
      for (let at = 0; at < sizeBytes; at += 1) bytes[at] = at % 251;
      transfer.items.add(new File([bytes], name, { lastModified: 1_700_000_000_000 }));
    }
    const init = { dataTransfer: transfer, bubbles: true, cancelable: true };
    document.getElementById("list")?.dispatchEvent(new DragEvent("dragover", init));
    document.getElementById("list")?.dispatchEvent(new DragEvent("drop", init));
  }, files);
}

/** Drops files and folders of this machine, as a file manager does. */
export async function dropPaths(page: Page, paths: readonly string[]): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await devTools.send("Input.dispatchDragEvent", { type, x: 400, y: 600, data });
  }
  await devTools.detach();
}

/** The bytes that `dropFiles` makes. */
export function droppedBytes(sizeBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += 1) bytes[at] = at % 251;
  return bytes;
}
