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
 * Makes what compresses the DATA of an upload.
 *
 * @param mode What was agreed on.
 * @param pacer The transfer's own limit.
 * @param likelyRate The server's limit, as far as it stated one.
 * @returns `undefined` where nothing is to be compressed.
 */
export function makePacker(
  mode: CompressionMode,
  pacer: Pacer,
  likelyRate: number | undefined,
): DataPacker | undefined {
  if (mode === "off") return undefined;
  return new DataPacker({ mode, rate: () => pacer.rate, likelyRate });
}
