// @ts-check
import { formatRate } from "../state/format.js";
import { RATE_SLOTS } from "../state/live_update.js";
import { sparklinePath } from "../state/sparkline_path.js";
import { html } from "./html.js";

/** Below this a line would only show noise. */
const LEAST_TOP = 10_000;

/**
 * The last minute of the server's rates.
 *
 * @param {{rates: readonly {up: number, down: number}[], width: number, height: number}} props
 */
export function Sparkline({ rates, width, height }) {
  const values = rates.flatMap(({ up, down }) => [up, down]);
  const top = Math.max(LEAST_TOP, ...values);
  const size = { width, height: height - 2, slots: RATE_SLOTS, top };
  const last = rates.at(-1) ?? { up: 0, down: 0 };
  const label = `Last minute: now ${formatRate(last.up)} up, ${
    formatRate(last.down)
  } down, at most ${formatRate(top)}`;
  return html`
    <svg class="sparkline" role="img" aria-label=${label} viewBox=${`0 -1 ${width} ${height}`}
      preserveAspectRatio="none">
      <path class="spark-up" d=${sparklinePath(rates.map((rate) => rate.up), size)} />
      <path class="spark-down" d=${sparklinePath(rates.map((rate) => rate.down), size)} />
    </svg>
  `;
}
