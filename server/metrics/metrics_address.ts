import type { MetricsAddress } from "./server_metrics.ts";

const LOOPBACK = "127.0.0.1";

/**
 * Reads where metrics are to be served: `HOST:PORT`, `[::1]:PORT`, or a port alone, on this machine only.
 *
 * @param text What a person typed.
 * @returns Host and port.
 * @throws {RangeError} When it is no address.
 */
export function parseMetricsAddress(text: string): MetricsAddress {
  const match = /^(?:(?:\[([0-9a-f:.%]+)\]|([^\s:[\]]+)):)?(\d{1,5})$/i.exec(text.trim());
  const port = Number(match?.[3] ?? NaN);
  if (port <= 65_535) return { hostname: match?.[1] ?? match?.[2] ?? LOOPBACK, port };
  throw new RangeError(`Cannot use --metrics "${text}": write it like 127.0.0.1:9998`);
}
