import { formatBytes, formatRate } from "#protocol/byte_units.ts";
import type { ThrottleResult } from "#protocol/throttle.ts";

/** Says in a few words how a server is throttled; `none` when it is not. */
export function throttleText(throttle: ThrottleResult): string {
  const parts = [
    ...(throttle.rate > 0 ? [`${formatRate(throttle.rate)} in all`] : []),
    ...(throttle.ratePerConnection > 0
      ? [`${formatRate(throttle.ratePerConnection)} per connection`]
      : []),
    ...(throttle.chunkDelayMs > 0
      ? [`${formatBytes(throttle.chunkBytes)} each ${throttle.chunkDelayMs} ms`]
      : []),
  ];
  return parts.length === 0 ? "none" : parts.join(", ");
}
