import { BUCKET_CELLS } from "#protocol/token_bucket.ts";
import { NO_THROTTLE } from "#server/server_options.ts";
import { FlowThrottle } from "#server/worker/flow_throttle.ts";

/** How the workers of a server process cut downloads into chunks: asks the server's own code. */
export class ChunkSizes {
  readonly #leased: () => number;
  readonly #throttles = new Map<number, FlowThrottle>();

  /**
   * @param leased How many workers of the process serve somebody.
   */
  constructor(leased: () => number) {
    this.#leased = leased;
  }

  /**
   * Bytes of the next chunk.
   *
   * @param rate Bytes per second of its connection; 0 for no limit.
   */
  at(rate: number): number {
    let throttle = this.#throttles.get(rate);
    if (throttle === undefined) {
      const settings = { ...NO_THROTTLE, ratePerConnection: rate };
      const cells = new SharedArrayBuffer(BUCKET_CELLS * BigInt64Array.BYTES_PER_ELEMENT);
      throttle = new FlowThrottle(() => settings, cells, () => 0, this.#leased);
      this.#throttles.set(rate, throttle);
    }
    return throttle.chunkBytes;
  }
}
