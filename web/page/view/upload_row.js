// @ts-check
import { formatBytes, formatDuration, formatRate } from "../state/format.js";
import { lastName } from "../state/remote_path.js";
import { isActive } from "../state/upload_queue.js";
import { html } from "./html.js";
import { IconButton } from "./icon_button.js";
import { ProgressBar } from "./progress_bar.js";

/** @typedef {import("../types.js").UploadItem} UploadItem */

/** @param {{app: import("../app.js").App, item: UploadItem, top: number}} props */
export function UploadRow({ app, item, top }) {
  const name = lastName(item.path);
  const { id, state } = item;
  return html`
    <li class=${`upload upload-${state}`} style=${{ transform: `translateY(${top}px)` }}>
      <div class="upload-main">
        <span class="line-name" title=${item.path}>${name}</span>
        <${ProgressBar} label=${`Upload of ${name}`} done=${state === "done" ? 1 : item.sentBytes}
          total=${state === "done" ? 1 : item.sizeBytes} tone=${toneOf(item)} />
        <span class="upload-note quiet" title=${item.note}>${describe(item)}</span>
      </div>
      <span class="upload-buttons">
        ${isActive(state) && html`
          <${IconButton} icon="pause" label=${`Pause ${name}`} onClick=${() =>
            app.uploads.pause(id)} />
        `}
        ${state === "paused" && html`
          <${IconButton} icon="play" label=${`Go on with ${name}`} onClick=${() =>
            app.uploads.resume(id)} />
        `}
        ${state === "failed" && html`
          <${IconButton} icon="retry" label=${`Try ${name} again`} onClick=${() =>
            app.uploads.resume(id)} />
        `}
        ${state !== "done" && html`
          <${IconButton} icon="close" label=${`Cancel ${name}`} onClick=${() =>
            app.uploads.cancel(id)} />
        `}
      </span>
    </li>
  `;
}

/** @param {UploadItem} item @returns {string} */
function describe({ state, note, sentBytes, sizeBytes, bytesPerSecond }) {
  const amount = `${formatBytes(sentBytes)} of ${formatBytes(sizeBytes)}`;
  switch (state) {
    case "queued":
      return `Waits · ${formatBytes(sizeBytes)}`;
    case "running": {
      if (sentBytes >= sizeBytes && sizeBytes > 0) return "Finishing";
      if (bytesPerSecond <= 0) return amount;
      const left = formatDuration((sizeBytes - sentBytes) / bytesPerSecond);
      return `${amount} · ${formatRate(bytesPerSecond)} · ${left} left`;
    }
    case "waiting":
      return note;
    case "paused":
      return `Paused · ${amount}`;
    case "conflict":
      return "The name is taken";
    case "failed":
      return note;
    case "done":
      return note === "" ? `Done · ${formatBytes(sizeBytes)}` : note;
    default:
      return state;
  }
}

/** @param {UploadItem} item @returns {string} */
function toneOf({ state }) {
  if (state === "done") return "good";
  if (state === "failed") return "bad";
  if (state === "waiting" || state === "conflict") return "warn";
  return state === "running" ? "plain" : "quiet";
}
