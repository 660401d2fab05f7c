import type { Model } from "../model/model.ts";
import { withDialog } from "./dialog_stack.ts";
import { entryAtCursor } from "./pane_rows.ts";
import { pathIn } from "./pane_paths.ts";
import { type Step, stepTo } from "./step.ts";
import { activePane } from "./with_pane.ts";

/** A digest of a file up to this size is computed without asking: that takes about a second. */
const QUICK_DIGEST_BYTES = 512 * 1024 * 1024;

/** Shows the beginning of the file under the cursor. */
export function openPreview(model: Model): Step {
  const pane = activePane(model);
  const entry = entryAtCursor(pane);
  if (entry === undefined) return stepTo(model);
  const { side } = pane;
  const path = pathIn(side, pane.folder, entry.name);
  const next = withDialog(model, {
    kind: "preview",
    side,
    path,
    preview: undefined,
    problem: undefined,
    top: 0,
  });
  return stepTo(next, { kind: "loadPreview", side, path });
}

/**
 * Shows all that is known of the entry under the cursor.
 *
 * @param wantsDigest Whether its digest is computed however large it is.
 */
export function openDetails(model: Model, wantsDigest: boolean): Step {
  const pane = activePane(model);
  const entry = entryAtCursor(pane);
  if (entry === undefined) return stepTo(model);
  const { side } = pane;
  const path = pathIn(side, pane.folder, entry.name);
  const isQuick = entry.sizeBytes <= QUICK_DIGEST_BYTES;
  const computes = entry.kind === "file" && (wantsDigest || isQuick);
  const next = withDialog(model, {
    kind: "details",
    side,
    path,
    entry,
    stat: undefined,
    digest: undefined,
    digestProgress: computes ? 0 : undefined,
    problem: undefined,
  });
  const look = side === "server" ? [{ kind: "loadDetails", side, path } as const] : [];
  const compute = computes ? [{ kind: "loadDigest", side, path } as const] : [];
  return stepTo(next, ...look, ...compute);
}
