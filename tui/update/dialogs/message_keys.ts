import type { KeyPress } from "../../input/input_event.ts";
import type { Model } from "../../model/model.ts";
import { withoutTop } from "../dialog_stack.ts";
import { keyName } from "../key_name.ts";
import { type Step, stepTo } from "../step.ts";

/** Keys that close a page of text. */
const CLOSING: ReadonlySet<string> = new Set(["escape", "enter", "q", " "]);

/** Closes what was read. */
export function onMessageKey(model: Model, press: KeyPress): Step {
  return stepTo(CLOSING.has(keyName(press)) ? withoutTop(model) : model);
}
