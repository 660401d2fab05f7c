import type { Snapshot } from "#protocol/replies.ts";
import type { Link } from "../model/link.ts";
import type { Model } from "../model/model.ts";
import { failGoto } from "./goto_dialog.ts";
import { loadHistory, loadHistoryWhenStale } from "./history_update.ts";
import { withNotice } from "./notice.ts";
import { openFolder, reloadPane, reloadWhereDue, wantReload } from "./pane_load.ts";
import { andThen, inTurn, type Step, stepTo } from "./step.ts";
import { startQueued } from "./transfer_queue.ts";
import { secondsBetween } from "./transfer_samples.ts";

/** Seconds that the chart of the rates remembers: five minutes. */
export const CHART_SECONDS = 300;

/** Takes over whether the server can be reached; when it comes back, all of it is read again. */
export function onLinkChanged(model: Model, link: Link): Step {
  const before = model.link.state;
  const next: Model = { ...model, link };
  if (link.state !== "online") {
    const server = { ...next.server, snapshot: undefined };
    const gone = { ...next, server };
    const reason = link.state === "offline" ? link.reason : "The connection was lost";
    return stepTo(failGoto(gone, "server", reason) ?? gone);
  }
  if (before === "online") return stepTo(next);
  const told = before === "offline" ? withNotice(next, "The server is back", "good") : next;
  return inTurn(told, [readServerPane, startQueued, readHistory]);
}

/** Takes over the server's live state. */
export function onSnapshot(model: Model, snapshot: Snapshot): Step {
  // One that was under way when the link went down tells of a server that is gone.
  if (model.link.state !== "online") return stepTo(model);
  const before = model.server.snapshot;
  const next: Model = { ...model, server: { ...model.server, snapshot } };
  const hasChanged = before?.changes !== snapshot.changes;
  const wanted = hasChanged ? wantReload(next, "server") : next;
  return andThen(reloadWhereDue(wanted, "server"), loadHistoryWhenStale);
}

/** Moves the chart of the rates on: one pair for each second that went by. */
export function sampleRates(model: Model, sinceMs: number): Model {
  const seconds = secondsBetween(sinceMs, model.nowMs, CHART_SECONDS);
  const { snapshot, rates } = model.server;
  const hasBegun = snapshot !== undefined || rates.length > 0;
  if (seconds === 0 || !hasBegun) return model;
  const { up, down } = snapshot?.rates ?? { up: 0, down: 0 };
  const added = Array.from({ length: seconds }, () => ({ up, down }));
  return {
    ...model,
    server: { ...model.server, rates: [...rates, ...added].slice(-CHART_SECONDS) },
  };
}

function readServerPane(model: Model): Step {
  const pane = model.panes.server;
  // A load from before may never be answered.
  const free: Model = {
    ...model,
    panes: {
      ...model.panes,
      server: { ...pane, isLoading: false, isQuiet: false, opening: undefined },
    },
  };
  return pane.entries.length === 0
    ? openFolder(free, "server", pane.folder)
    : reloadPane(free, "server");
}

function readHistory(model: Model): Step {
  return model.view === "history" ? loadHistory(model) : stepTo(model);
}
