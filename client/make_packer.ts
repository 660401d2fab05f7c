import { type CompressionMode, ZSTD } from "#protocol/compression_mode.ts";
import { DataPacker } from "#protocol/data_packer.ts";
import type { Connection } from "./connection.ts";
import type { Pacer } from "./pacer.ts";

/**
 * Says what to ask a server for.
 *
 * @param connection Its server stated what it can do.
 * @param wanted What the caller wants.
 * @returns `off` where the server does not compress.
 */
export function agreeOnCompression(
  connection: Connection,
  wanted: CompressionMode = "auto",
): CompressionMode {
  return connection.welcome.compression.includes(ZSTD) ? wanted : "off";
}

/**
 * Gives the limit that is likely to hold when bytes are sent.
 *
 * @param connection Its server stated its limit.
 * @param pacer The transfer's own limit.
 * @returns Bytes per second; 0 for no limit.
 */
export function likelyRate(connection: Connection, pacer: Pacer): number {
  const { rate } = connection.welcome.limits;
  return rate > 0 && pacer.rate > 0 ? Math.min(rate, pacer.rate) : rate || pacer.rate;
}

/**
 * Makes what compresses the DATA of an upload.
 *
 * @param connection Where it goes.
 * @param mode What was agreed on.
 * @param pacer The transfer's own limit.
 * @returns `undefined` where nothing is to be compressed.
 */
export function makePacker(
  connection: Connection,
  mode: CompressionMode,
  pacer: Pacer,
): DataPacker | undefined {
  if (mode === "off") return undefined;
  return new DataPacker({
    mode,
    // Asked anew for each frame: a limit may change while bytes flow.
    rate: () => likelyRate(connection, pacer),
  });
}
