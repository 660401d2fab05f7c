// @ts-check
import { readHistory } from "../actions/follow_live.js";
import { connectionState } from "../state/connection_state.js";
import { formatDuration, formatRate } from "../state/format.js";
import { HistoryList } from "./history_list.js";
import { html } from "./html.js";
import { IconButton } from "./icon_button.js";
import { OperationList } from "./operation_list.js";
import { Sparkline } from "./sparkline.js";

/** The server and all its clients, live. */
/** @param {{app: import("../app.js").App, state: import("../types.js").State}} props */
export function ActivityPanel({ app, state }) {
  const { live, history } = state;
  return html`
    <section id="activity" class="activity" aria-label="Activity of the server">
      <div class="activity-head">
        <h2>Server</h2>
        <${IconButton} icon="close" label="Close the activity" onClick=${() => {
          app.store.set({ isActivityOpen: false });
          document.getElementById("status")?.focus();
        }} />
      </div>
      <div class="activity-scroll" tabindex="0" role="region" aria-label="Server and history">
        <${ServerCard} live=${live} />
        <h3>Under way</h3>
        <${OperationList} operations=${live.snapshot?.operations ?? []} />
        <h3>History</h3>
        <${HistoryList} history=${history} onOlder=${() => readHistory(app, true)} />
      </div>
    </section>
  `;
}

/** @param {{live: import("../types.js").Live}} props */
function ServerCard({ live }) {
  const { word, reason, level } = connectionState(live);
  const { snapshot, server } = live;
  const figures = snapshot === null ? [] : [
    ["Connections", `${snapshot.connections.open} of ${snapshot.connections.max}`],
    ["Workers busy", `${snapshot.workers.leased} of ${snapshot.workers.limit}`],
    ["Waiting", `${snapshot.waiting}`],
    ["Up", formatRate(snapshot.rates.up)],
    ["Down", formatRate(snapshot.rates.down)],
    ["Running for", formatDuration(snapshot.uptimeSeconds)],
  ];
  return html`
    <section class="server-card" aria-label="Server">
      <p class="server-state"><span class="dot" data-level=${level}></span>
        <strong>${word}</strong> <span class="quiet">${server?.server ?? ""}</span></p>
      ${reason !== "" && html`<p class="server-reason">${reason}</p>`}
      ${snapshot !== null && html`
        <${Sparkline} rates=${live.rates} width=${280} height=${48} />
        <dl class="figures">
          ${figures.map(([name, value]) =>
            html`
              <div key=${name}>
                <dt>${name}</dt>
                <dd>${value}</dd>
              </div>
            `
          )}
        </dl>
      `}
    </section>
  `;
}
