// @ts-check
import { formatBytes, formatRate } from "../state/format.js";
import { lastName } from "../state/remote_path.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { ProgressBar } from "./progress_bar.js";

/** @typedef {import("../types.js").Operation} Operation */

const MOST_SHOWN = 30;

/** What the server does now, for all its clients. @param {{operations: readonly Operation[]}} props */
export function OperationList({ operations }) {
  // By connection, so that lines stay where they are from second to second.
  const busy = operations
    .filter(({ state, path }) => state === "waiting" || (state === "working" && path !== undefined))
    .sort((one, other) => one.connectionId - other.connectionId);
  if (busy.length === 0) return html`<p class="quiet">Nothing is under way.</p>`;
  const rest = busy.length - MOST_SHOWN;
  return html`
    <ul class="operations">
      ${busy.slice(0, MOST_SHOWN).map((one) =>
        html`<${OperationLine} key=${one.connectionId} one=${one} />`
      )}
      ${rest > 0 && html`<li class="quiet">and ${rest} more</li>`}
    </ul>
  `;
}

/** @param {{one: Operation}} props */
function OperationLine({ one }) {
  const { operation = "request", path = "", doneBytes = 0, totalBytes, peer, rate } = one;
  const name = path === "" ? "root" : lastName(path);
  const figures = one.state === "waiting"
    ? `waits for a worker, place ${one.position ?? "?"}`
    : `${formatBytes(doneBytes)}${
      totalBytes === undefined ? "" : ` of ${formatBytes(totalBytes)}`
    } · ${formatRate(rate)}`;
  return html`
    <li>
      <div class="line-main">
        <${Icon} name=${operation === "upload"
          ? "up"
          : operation === "download"
          ? "down"
          : "pulse"} />
        <span class="line-name" title=${path}>${name}</span>
        <span class="quiet" title=${`Connection ${one.connectionId}`}>${peer}</span>
      </div>
      ${totalBytes !== undefined && html`
        <${ProgressBar} label=${`${operation} of ${name}`} done=${doneBytes} total=${totalBytes} />
      `}
      <div class="quiet">${operation} · ${figures}</div>
    </li>
  `;
}
