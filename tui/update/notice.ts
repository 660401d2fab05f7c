import type { Model, Notice } from "../model/model.ts";

/** How long a notice stays, in ms. */
const NOTICE_MS = 5_000;
/** A failure takes longer to read. */
const BAD_NOTICE_MS = 10_000;

/** Tells what just happened. */
export function withNotice(model: Model, text: string, tone: Notice["tone"] = "info"): Model {
  const untilMs = model.nowMs + (tone === "bad" ? BAD_NOTICE_MS : NOTICE_MS);
  return { ...model, notice: { text, tone, untilMs } };
}

/** Removes a notice whose time is over. */
export function withoutOldNotice(model: Model): Model {
  const { notice, nowMs } = model;
  return notice !== undefined && notice.untilMs <= nowMs ? { ...model, notice: undefined } : model;
}
