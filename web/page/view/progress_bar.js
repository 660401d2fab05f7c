// @ts-check
import { html } from "./html.js";

/** @param {{label: string, done: number, total: number, tone?: string}} props */
export function ProgressBar({ label, done, total, tone = "plain" }) {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const percent = Math.floor(share * 100);
  return html`
    <div class=${`bar bar-${tone}`} role="progressbar" aria-label=${label} aria-valuemin="0"
      aria-valuemax="100" aria-valuenow=${percent}>
      <div class="bar-fill" style=${{ transform: `scaleX(${share})` }}></div>
    </div>
  `;
}
