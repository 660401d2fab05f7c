import { formatBytes } from "#protocol/byte_units.ts";
import type { Model } from "../model/model.ts";
import type { Transfer } from "../model/transfer.ts";
import { withNotice } from "./notice.ts";
import { type Step, stepTo } from "./step.ts";
import { cancelTransfer } from "./transfer_control.ts";
import { hasEnded } from "./transfer_rows.ts";

/** From this many moved bytes on a single key does not throw them away. */
const ASK_FROM_BYTES = 10_000_000;

/** Cancels a transfer; one that has moved much is cancelled by a second press while the notice shows. */
export function cancelByKey(model: Model, transfer: Transfer): Step {
  const { id, name } = transfer;
  const movedBytes = transfer.progress?.doneBytes ?? 0;
  const isLittle = movedBytes < ASK_FROM_BYTES || transfer.stopping === "cancel";
  const isSure = model.notice?.confirms === id;
  if (isLittle || isSure || (hasEnded(transfer) && transfer.phase !== "failed")) {
    return cancelTransfer(isSure ? { ...model, notice: undefined } : model, transfer);
  }
  const text = `c again cancels ${name} and throws away ${formatBytes(movedBytes)}; p pauses`;
  const asked = withNotice(model, text);
  return stepTo(
    asked.notice === undefined ? asked : { ...asked, notice: { ...asked.notice, confirms: id } },
  );
}
