import "./before_playwright.ts";
import { type Browser, chromium } from "playwright-core";
import { EVENT_DEADLINE_MS } from "#tests/support/deadline.ts";

/** Where Debian and others put it; npm has no browser. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const found = PLACES.find(isThere);
const isRequired = Deno.env.get("SLUICE_REQUIRE_BROWSER") === "1";

/** Whether the browser tests are left out: there is no Chromium, and nobody insists on them. */
export const isWithoutBrowser: boolean = found === undefined && !isRequired;

let hasSaidSo = false;

/**
 * Registers a test that needs a browser. Without one it is ignored, and a line says how to run it.
 *
 * @param name A sentence, as for any test.
 * @param run The test.
 */
export function browserTest(name: string, run: (test: Deno.TestContext) => Promise<void>): void {
  if (isWithoutBrowser && !hasSaidSo) {
    hasSaidSo = true;
    console.log(
      `Skipped, no Chromium here: ${name} (apt-get install chromium, then run the tests again)`,
    );
  }
  Deno.test({ name, ignore: isWithoutBrowser, fn: run });
}

/**
 * Starts Chromium; dispose of the result.
 *
 * @returns The browser.
 * @throws {Error} When there is none.
 */
export async function launchChromium(): Promise<Browser> {
  if (found === undefined) {
    throw new Error(`Cannot find Chromium at ${PLACES.join(", ")}: install Debian's chromium`);
  }
  const isRoot = Deno.uid() === 0;
  return await chromium.launch({
    executablePath: found,
    timeout: EVENT_DEADLINE_MS,
    // Chromium's own sandbox refuses to run as root; containers have a small /dev/shm.
    args: [...isRoot ? ["--no-sandbox"] : [], "--disable-dev-shm-usage"],
  });
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
