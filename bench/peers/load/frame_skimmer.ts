import { encodeControl, FrameType, readHeader } from "#protocol/frame.ts";
import { HEADER_BYTES, PREFACE_BYTES } from "#protocol/limits.ts";
import { encodePreface } from "#protocol/preface.ts";

/** Reads that take less than this at a time cost more in calls than in copies. */
const BUFFER_BYTES = 1024 * 1024;

/** Where a server listens. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/**
 * A connection that counts what comes and keeps nothing: the cheapest client that can be, so that the
 * server is what gets measured. It trusts the server, whose frames it does not check.
 */
export class FrameSkimmer implements Disposable {
  readonly #conn: Deno.TcpConn;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  #start = 0;
  #end = 0;

  private constructor(conn: Deno.TcpConn, bufferBytes: number) {
    this.#conn = conn;
    this.#buffer = new Uint8Array(bufferBytes);
  }

  /**
   * Connects and sends hello and one request, in one write.
   *
   * @param type What to ask for.
   * @param payload Its JSON.
   * @param bufferBytes How much is read at a time; frames that are not DATA must fit.
   */
  static async ask(
    address: Address,
    type: FrameType,
    payload: unknown,
    bufferBytes: number = BUFFER_BYTES,
  ): Promise<FrameSkimmer> {
    const conn = await Deno.connect({ ...address });
    try {
      conn.setNoDelay(true);
      const skimmer = new FrameSkimmer(conn, bufferBytes);
      const hello = encodeControl(FrameType.HELLO, 0, { agent: "bench" });
      const frames = [encodePreface(), hello, encodeControl(type, 1, payload)];
      const bytes = new Uint8Array(await new Blob(frames).arrayBuffer());
      for (let at = 0; at < bytes.byteLength;) at += await conn.write(bytes.subarray(at));
      await skimmer.#need(PREFACE_BYTES);
      skimmer.#start += PREFACE_BYTES;
      return skimmer;
    } catch (error) {
      conn.close();
      throw error;
    }
  }

  /**
   * Reads up to the end of the request.
   *
   * @param onData Hears of each DATA frame when it is complete; `false` ends the reading.
   * @returns Bytes of all DATA.
   * @throws {Error} When the server refuses or closes.
   */
  async skim(onData: (bytes: number) => boolean | void = () => {}): Promise<number> {
    let total = 0;
    for (;;) {
      await this.#need(HEADER_BYTES);
      const { type, payloadBytes } = readHeader(this.#buffer, this.#start, "server");
      this.#start += HEADER_BYTES;
      if (type === FrameType.DATA) {
        await this.#skip(payloadBytes);
        total += payloadBytes;
        if (onData(payloadBytes) === false) return total;
        continue;
      }
      await this.#need(payloadBytes);
      const payload = this.#buffer.subarray(this.#start, this.#start + payloadBytes);
      this.#start += payloadBytes;
      if (type === FrameType.RESULT) return total;
      if (type === FrameType.ERROR) throw new Error(new TextDecoder().decode(payload));
    }
  }

  /** Sends one more request, once the one before has been read to its end. */
  async askAgain(type: FrameType, payload: unknown): Promise<void> {
    const bytes = encodeControl(type, 1, payload);
    for (let at = 0; at < bytes.byteLength;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** Waits for the first byte of the first DATA frame. */
  async untilData(): Promise<void> {
    for (;;) {
      await this.#need(HEADER_BYTES + 1);
      const { type, payloadBytes } = readHeader(this.#buffer, this.#start, "server");
      if (type === FrameType.DATA) return;
      await this.#need(HEADER_BYTES + payloadBytes);
      this.#start += HEADER_BYTES + payloadBytes;
    }
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }

  async #skip(count: number): Promise<void> {
    let left = count - Math.min(count, this.#end - this.#start);
    this.#start += count - left;
    while (left > 0) {
      const read = await this.#read(0);
      const used = Math.min(left, read);
      left -= used;
      [this.#start, this.#end] = [used, read];
    }
  }

  async #need(count: number): Promise<void> {
    while (this.#end - this.#start < count) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      [this.#start, this.#end] = [0, this.#end - this.#start];
      this.#end += await this.#read(this.#end);
    }
  }

  async #read(at: number): Promise<number> {
    const read = await this.#conn.read(this.#buffer.subarray(at));
    if (read === null) throw new Error("the server closed");
    return read;
  }
}
