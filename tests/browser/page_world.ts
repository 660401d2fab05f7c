import type { Browser, BrowserContext, Page } from "playwright-core";
import { GatedLine } from "#tests/support/gated_line.ts";
import { type GatewayProcess, startGatewayProcess } from "#tests/support/gateway_process.ts";
import { freeLowPort } from "#tests/support/server_on_port.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { launchChromium } from "./chromium.ts";

/** A real server, a real gateway and a real browser. */
export interface PageWorld extends AsyncDisposable {
  /** The folder that is served is `root` inside it. */
  readonly folder: TempFolder;
  /** The folder that is served. */
  readonly root: string;
  readonly server: ServerProcess;
  /** Between the gateway and the server. */
  readonly line: GatedLine;
  readonly gateway: GatewayProcess;
  readonly browser: Browser;
  readonly context: BrowserContext;
  /** What no page may ever say: errors of scripts, refusals by the policy. */
  readonly complaints: readonly string[];
  /** Opens the page in a new tab and waits until it is online. */
  open(address?: string, options?: OpenOptions): Promise<Page>;
}

/** How a tab is opened. */
export interface OpenOptions {
  /** A window of its own instead of a tab, with other settings. */
  readonly context?: BrowserContext;
}

/** What a test may choose. */
export interface PageWorldOptions {
  /** Fills the folder that is served, before the server starts. */
  readonly fill?: (root: string) => Promise<void>;
  /** Flags of the server. */
  readonly flags?: readonly string[];
}

/** Longest that a test waits for one thing to happen in the page. */
export const PAGE_DEADLINE_MS = 120_000;

/**
 * Starts everything: `await using world = await startPageWorld()`.
 *
 * @param options What is served and how.
 * @returns The world; it ends with disposal.
 */
export async function startPageWorld(options: PageWorldOptions = {}): Promise<PageWorld> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await makeTempFolder());
  const root = folder.join("root");
  await Deno.mkdir(root);
  await options.fill?.(root);
  const launching = launchChromium();
  // Closed twice where all goes well, which does no harm.
  stack.defer(async () => await (await launching).close());
  const server = await startServerProcess({ root, flags: options.flags ?? [] });
  stack.defer(() => stopAtOnce(server));
  const line = stack.use(new GatedLine(server));
  // A port that nobody else is given while a test starts the gateway anew.
  const port = freeLowPort();
  const gateway = await startGatewayProcess({ server: line.address, port });
  stack.defer(() => stopAtOnce(gateway));
  const browser = stack.use(await launching);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const complaints: string[] = [];
  watch(context, complaints);
  const held = stack.move();
  return {
    folder,
    root,
    server,
    line,
    gateway,
    browser,
    context,
    complaints,
    open: (address = "/", { context: other = context } = {}) =>
      openPage(other, complaints, `${gateway.url}${address}`),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** A second signal ends what is under way, rather than letting it go on for a moment. */
async function stopAtOnce(process: ServerProcess | GatewayProcess): Promise<void> {
  try {
    process.kill("SIGTERM");
  } catch {
    // A test has ended it already.
  }
  await process[Symbol.asyncDispose]();
}

async function openPage(
  context: BrowserContext,
  complaints: string[],
  address: string,
): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(PAGE_DEADLINE_MS);
  page.on("pageerror", (error) => complaints.push(`${error.message}\n${error.stack ?? ""}`));
  await page.goto(address);
  await page.locator('#status [data-level="online"]').waitFor();
  await page.locator('#list[aria-busy="false"]').waitFor();
  return page;
}

function watch(context: BrowserContext, complaints: string[]): void {
  context.on("console", (message) => {
    const text = message.text();
    // An answer with an error status is part of the tour (a name that is taken), no fault of the page.
    const isAnswer = text.startsWith("Failed to load resource");
    const isBad = message.type() === "error" || message.type() === "warning";
    if (isBad && !isAnswer) complaints.push(text);
  });
}
