// @ts-check
import { Component } from "/lib/preact.js";
import { formatBytes, formatDuration, formatRate } from "../state/format.js";
import { rowWindow } from "../state/row_window.js";
import { orderUploads } from "../state/upload_order.js";
import { sumUploads } from "../state/upload_queue.js";
import { html } from "./html.js";
import { IconButton } from "./icon_button.js";
import { ProgressBar } from "./progress_bar.js";
import { UploadRow } from "./upload_row.js";

/** @typedef {import("../app.js").App} App */

/** As in styles/uploads.css. */
const ROW_HEIGHT = 60;
const MOST_HEIGHT = 300;

/**
 * The queue of uploads at the page's lower edge.
 *
 * @extends {Component<{app: App, state: import("../types.js").State}, {scrollTop: number}>}
 */
export class UploadDock extends Component {
  /** @override */
  state = { scrollTop: 0 };

  /** @param {any} props @param {any} local */
  render({ app, state }, { scrollTop }) {
    const { uploads, isDockOpen } = state;
    if (uploads.length === 0) return null;
    const sum = sumUploads(uploads);
    const title = titleOf(sum);
    const viewHeight = Math.min(MOST_HEIGHT, uploads.length * ROW_HEIGHT);
    const list = { count: uploads.length, rowHeight: ROW_HEIGHT, scrollTop, viewHeight };
    const { first, end } = rowWindow(list);
    const ordered = orderUploads(uploads, MOST_HEIGHT / ROW_HEIGHT);
    return html`
      <section class="dock" aria-label="Uploads">
        <header class="dock-head">
          <h2>${title}</h2>
          <${DockButtons} app=${app} sum=${sum} isOpen=${isDockOpen} />
        </header>
        ${sum.active + sum.paused > 0 && html`
          <${ProgressBar} label="All uploads" done=${sum.sentBytes} total=${sum.totalBytes} />
          <p class="dock-sum quiet">${figuresOf(sum)}</p>
        `}
        ${isDockOpen && html`
          <div class="dock-list" tabindex="0" role="group" aria-label="Queue" style=${{
            height: `${viewHeight}px`,
          }}
            onScroll=${(/** @type {any} */ event) =>
              this.setState({ scrollTop: event.currentTarget.scrollTop })}>
            <ul style=${{ height: `${uploads.length * ROW_HEIGHT}px` }}>
              ${ordered.slice(first, end).map((
                /** @type {any} */ item,
                /** @type {number} */ offset,
              ) =>
                html`
                  <${UploadRow} key=${item.id} app=${app} item=${item} top=${(first + offset) *
                    ROW_HEIGHT} />
                `
              )}
            </ul>
          </div>
        `}
      </section>
    `;
  }
}

/** @param {{app: App, sum: ReturnType<typeof sumUploads>, isOpen: boolean}} props */
function DockButtons({ app, sum, isOpen }) {
  const isOver = sum.active + sum.paused + sum.conflicts === 0;
  return html`
    <span class="dock-buttons">
      ${sum.active > 0 && html`
        <${IconButton} icon="pause" label="Pause all uploads" onClick=${() =>
          app.uploads.pauseAll()} />
      `}
      ${sum.active === 0 && sum.paused + sum.failed > 0 && html`
        <${IconButton} icon="play" label="Go on with all uploads" onClick=${() =>
          app.uploads.resumeAll()} />
      `}
      <${IconButton} icon="chevron" className=${isOpen ? "" : "turned"}
        label=${isOpen ? "Fold the uploads" : "Unfold the uploads"}
        onClick=${() => app.store.set({ isDockOpen: !isOpen })} />
      <${IconButton} icon="close" label=${isOver ? "Clear the uploads" : "Cancel all uploads"}
        onClick=${() => isOver ? app.uploads.clearDone() : app.uploads.cancelAll()} />
    </span>
  `;
}

/** @param {ReturnType<typeof sumUploads>} sum @returns {string} */
function titleOf({ count, done, failed, active, paused, conflicts }) {
  if (active > 0) return `Uploading ${done + 1} of ${count}`;
  if (conflicts > 0) return "Waiting for your answer";
  if (paused > 0) return `${paused} of ${count} paused`;
  if (failed > 0) return `${failed} of ${count} failed`;
  return count === 1 ? "Uploaded" : `${count} uploaded`;
}

/** @param {ReturnType<typeof sumUploads>} sum @returns {string} */
function figuresOf({ sentBytes, totalBytes, bytesPerSecond, secondsLeft, active }) {
  const parts = [`${formatBytes(sentBytes)} of ${formatBytes(totalBytes)}`];
  if (active > 0 && bytesPerSecond > 0) {
    parts.push(formatRate(bytesPerSecond), `${formatDuration(secondsLeft)} left`);
  }
  return parts.join(" · ");
}
