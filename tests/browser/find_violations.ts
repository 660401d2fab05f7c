/// <reference lib="dom" />
import axe from "axe-core";
import type { Page } from "playwright-core";

/** What the page in the browser knows after axe-core has been run in it. */
interface AxeWindow {
  readonly axe: {
    run(): Promise<
      { violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }
    >;
  };
}

/**
 * Looks for what keeps people from using the page, with axe-core's rules (WCAG 2.2 A and AA, and what
 * its authors think best).
 *
 * @param page The page as it is now.
 * @returns One line for each finding.
 */
export async function findViolations(page: Page): Promise<string[]> {
  // Evaluated by the browser itself: the page's policy lets no other script in.
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axe.source);
  // A dialog that is still fading in has the colours of what shines through. One that goes away meanwhile does not matter.
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map((one) => one.finished))
  );
  return await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as AxeWindow).axe.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) =>
        `${id}: ${html.slice(0, 200)} ${failureSummary ?? ""}`
      )
    );
  });
}
