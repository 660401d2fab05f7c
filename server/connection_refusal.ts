import { SluiceError } from "#protocol/sluice_error.ts";

/** Says that one connection more would leave the server no descriptors to work with. */
export function tooManyFiles(): SluiceError {
  return new SluiceError(
    "busy",
    "Cannot serve this connection: the server has too many files open; try again later",
  );
}

/**
 * Says why one connection more is refused.
 *
 * @param maxConnections How many there may be.
 */
export function tooManyConnections(maxConnections: number): SluiceError {
  const why = `${maxConnections} are open already; try again later`;
  return new SluiceError("busy", `Cannot serve this connection: ${why}`);
}
