import { SluiceError } from "#protocol/sluice_error.ts";

/** So many connections of all are open. */
export function tooMany(maxConnections: number): SluiceError {
  return busy(`${maxConnections} are open already; try again later`);
}

/** No more files can be opened. */
export function tooManyFiles(): SluiceError {
  return busy("the server has too many files open; try again later");
}

/** So many connections of this address are open. */
export function tooManyOfAddress(most: number): SluiceError {
  return busy(`${most} are open from your address; close some first`);
}

/** Too many have shown nothing yet. */
export function tooManyStartups(): SluiceError {
  return busy("too many others are just connecting; try again in a few seconds");
}

/** The address has done too much wrong. */
export function penalised(restMs: number): SluiceError {
  const seconds = Math.ceil(restMs / 1000);
  return busy(`your address has failed too often; try again in ${seconds} s`);
}

function busy(why: string): SluiceError {
  return new SluiceError("busy", `Cannot serve this connection: ${why}`);
}
