// @ts-check
import { formatBytes, formatFullTime, formatRate, formatTime } from "../state/format.js";
import { lastName } from "../state/remote_path.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

/** @typedef {import("../types.js").HistoryRecord} HistoryRecord */

/** @type {Readonly<Record<string, import("./icon.js").IconName>>} */
const ICONS = {
  upload: "up",
  download: "down",
  rename: "rename",
  delete: "trash",
  restore: "restore",
  mkdir: "newFolder",
  archive: "down",
};

/** What was done on the server, by any client, newest first. */
/** @param {{history: import("../types.js").State["history"], onOlder: () => void}} props */
export function HistoryList({ history, onOlder }) {
  const { records, hasMore, problem } = history;
  if (problem !== "" && records.length === 0) return html`<p class="quiet">${problem}</p>`;
  if (records.length === 0) return html`<p class="quiet">Nothing has happened yet.</p>`;
  return html`
    <ol class="history" aria-label="History">
      ${records.map((record) => html`<${HistoryLine} key=${record.id} record=${record} />`)}
    </ol>
    ${hasMore && html`<button type="button" class="button" onClick=${onOlder}>Older</button>`}
  `;
}

/** @param {{record: HistoryRecord}} props */
function HistoryLine({ record }) {
  const { operation, path, target, bytes, seconds, outcome, atMs, peer, token } = record;
  const isDone = outcome === "done";
  const moved = bytes > 0 ? ` · ${formatBytes(bytes)}` : "";
  const rate = bytes > 0 && seconds >= 0.05 ? ` · ${formatRate(bytes / seconds)}` : "";
  return html`
    <li class=${isDone ? "" : "history-failed"}>
      <div class="line-main">
        <${Icon} name=${isDone ? ICONS[operation] ?? "pulse" : "warn"} />
        <span class="line-name" title=${path}>${path === "" ? "root" : lastName(path)}</span>
        <time class="quiet" datetime=${new Date(atMs).toISOString()} title=${formatFullTime(atMs)}>
          ${formatTime(atMs, Date.now())}</time>
      </div>
      <div class="quiet">
        ${operation}${isDone ? "" : ` failed: ${outcome}`}${target
          ? ` to ${target}`
          : ""}${moved}${rate} · ${token === undefined ? peer : `${token} at ${peer}`}
      </div>
    </li>
  `;
}
