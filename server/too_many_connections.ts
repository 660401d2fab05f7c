import { SluiceError } from "#protocol/sluice_error.ts";

/**
 * Says why one connection more is refused.
 *
 * @param maxConnections How many there may be.
 */
export function tooManyConnections(maxConnections: number): SluiceError {
  return new SluiceError(
    "busy",
    `Cannot serve this connection: ${maxConnections} are open already; try again later`,
  );
}
