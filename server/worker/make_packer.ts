import type { CompressionMode } from "#protocol/compression_mode.ts";
import { DataPacker } from "#protocol/data_packer.ts";
import type { RequestContext } from "./request_context.ts";

/**
 * Makes what compresses the DATA of a request.
 *
 * @param context The request.
 * @param mode What the client wants.
 * @returns `undefined` where nothing is to be compressed.
 */
export function makePacker(context: RequestContext, mode: CompressionMode): DataPacker | undefined {
  if (mode === "off" || !context.mayCompress) return undefined;
  return new DataPacker({ mode, rate: () => context.throttle.slowestRate });
}
