import { escapeText } from "#protocol/escape_text.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

/**
 * Says in one line why a server could not start.
 *
 * @param error What was thrown.
 * @returns Text that is safe to print.
 */
export function explainStart(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) {
    return "Cannot listen: the port is in use; stop the other program or choose another with --port";
  }
  if (error instanceof RangeError || error instanceof SluiceError) return escapeText(error.message);
  const why = error instanceof Error ? error.message : String(error);
  return `Cannot start: ${escapeText(why)}`;
}
