// @ts-check
import { connectionState } from "../state/connection_state.js";
import { formatRate } from "../state/format.js";
import { html } from "./html.js";
import { Sparkline } from "./sparkline.js";

/**
 * The server at a glance. Its state is a word and a shape, never a colour alone.
 *
 * @param {{live: import("../types.js").Live, isOpen: boolean, onClick: () => void}} props
 */
export function StatusChip({ live, isOpen, onClick }) {
  const { level, word, reason } = connectionState(live);
  const { snapshot } = live;
  const rates = snapshot?.rates;
  return html`
    <button type="button" id="status" class=${`status status-${level}`} aria-expanded=${isOpen}
      aria-controls="activity" title=${reason === ""
        ? "Activity of the server"
        : reason} onClick=${onClick}>
      <span class="dot" data-level=${level}></span>
      <span class="status-word">${word}</span>
      ${level === "offline" && html`<span class="status-reason">${reason}</span>`}
      ${snapshot !== null && level === "online" && html`
        <span class="status-figures">
          ${rates !== undefined && html`
            <${Sparkline} rates=${live.rates} width=${72} height=${20} />
            <span class="figure" title="Received by the server">↑ ${formatRate(rates.up)}</span>
            <span class="figure" title="Sent by the server">↓ ${formatRate(rates.down)}</span>
          `}
        </span>
      `}
    </button>
  `;
}
