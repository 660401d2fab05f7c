import type { Exchange } from "./exchange.ts";

/** Bytes of the file that may be under way, in windows: more only where they are compressed. */
const MOST_PLAIN_WINDOWS = 4;

/**
 * What a server lets be under way of an upload (docs/protocol.md §6.4): a window of bytes as they travel, and
 * of the file no more than four.
 */
export class SendWindow {
  readonly #exchange: Exchange;
  readonly #windowBytes: number;
  /** Frames beyond the last ACK: where they end in the file, and what travels for them. */
  readonly #underWay: { readonly endBytes: number; readonly wireBytes: number }[] = [];
  #wireBytes = 0;

  /**
   * @param exchange The upload.
   * @param windowBytes As its server said.
   */
  constructor(exchange: Exchange, windowBytes: number) {
    this.#exchange = exchange;
    this.#windowBytes = windowBytes;
  }

  /**
   * Waits until a frame fits, which is then under way.
   *
   * @param endBytes Its end in the file.
   * @param wireBytes Its payload, at most a window.
   * @throws {SluiceError} When the upload ended before.
   */
  async untilFits(endBytes: number, wireBytes: number): Promise<void> {
    this.#dropAcked();
    for (let first = this.#underWay[0]; first !== undefined; first = this.#underWay[0]) {
      if (this.#wireBytes + wireBytes <= this.#windowBytes) break;
      await this.#exchange.untilAcked(first.endBytes);
      this.#dropAcked();
    }
    await this.#exchange.untilAcked(endBytes - MOST_PLAIN_WINDOWS * this.#windowBytes);
    this.#underWay.push({ endBytes, wireBytes });
    this.#wireBytes += wireBytes;
  }

  #dropAcked(): void {
    for (;;) {
      const first = this.#underWay[0];
      if (first === undefined || first.endBytes > this.#exchange.ackedBytes) return;
      this.#underWay.shift();
      this.#wireBytes -= first.wireBytes;
    }
  }
}
