import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { ERROR_CODES, type ErrorCode } from "#protocol/error_code.ts";
import { encodeControl, encodeFrame, FrameType, readHeader } from "#protocol/frame.ts";
import { HEADER_BYTES, PREFACE_BYTES } from "#protocol/limits.ts";
import { encodePreface } from "#protocol/preface.ts";
import { withDeadline } from "./deadline.ts";
import { concatBytes } from "./random_bytes.ts";

const PIECE_BYTES = 64 * 1024;

/** A frame as a peer got it. */
export interface ReceivedFrame {
  readonly type: FrameType;
  readonly requestId: number;
  readonly crc: number;
  readonly payload: Uint8Array<ArrayBuffer>;
  /** The payload as JSON; `undefined` when it is none. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

/**
 * A client that does exactly what a test says, right or wrong: it checks nothing before it sends.
 * Each wait has a deadline. `using peer = await RawPeer.connect(server)`.
 */
export class RawPeer implements Disposable {
  readonly #conn: Deno.TcpConn;
  /** What came and was not taken yet, in its order. */
  #received: Uint8Array<ArrayBuffer>[] = [];
  #receivedBytes = 0;
  #hasEnded = false;
  #isClosed = false;
  #lastRequestId = 0;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Connects and says nothing. */
  static async connect(
    server: { readonly hostname: string; readonly port: number },
  ): Promise<RawPeer> {
    const { hostname, port } = server;
    return new RawPeer(await Deno.connect({ hostname, port }));
  }

  /** Connects and waits until the server has welcomed it, with a token if it asks for one. */
  static async greet(
    server: { readonly hostname: string; readonly port: number },
    token?: string,
  ): Promise<RawPeer> {
    const peer = await RawPeer.connect(server);
    try {
      await peer.send(encodePreface());
      await peer.sendFrame(FrameType.HELLO, 0, { agent: "raw-peer", token });
      await peer.expectPreface();
      await peer.expectFrame(FrameType.WELCOME, 0);
      return peer;
    } catch (error) {
      peer.close();
      throw error;
    }
  }

  /** Sends bytes as they are; fails when the server takes none for as long as the deadline. */
  async send(bytes: Uint8Array, deadlineMs?: number): Promise<void> {
    for (let at = 0; at < bytes.byteLength;) {
      const writing = this.#conn.write(bytes.subarray(at));
      at += await withDeadline(writing, "the server to take bytes", deadlineMs);
    }
  }

  /** Sends one frame around JSON or, for bytes, around those. */
  async sendFrame(type: FrameType, requestId: number, payload?: unknown): Promise<void> {
    const isRaw = payload instanceof Uint8Array;
    await this.send(
      isRaw ? encodeFrame(type, requestId, payload) : encodeControl(type, requestId, payload),
    );
  }

  /** Sends a piece of a file with its right CRC-32. */
  async sendData(requestId: number, bytes: Uint8Array): Promise<void> {
    await this.send(encodeFrame(FrameType.DATA, requestId, bytes, crc32(bytes)));
  }

  /** Sends a request with a new id and gives the id. */
  async begin(type: FrameType, payload?: unknown): Promise<number> {
    const requestId = ++this.#lastRequestId;
    await this.sendFrame(type, requestId, payload);
    return requestId;
  }

  /** Sends a request and gives its last frame: RESULT or ERROR. */
  async request(type: FrameType, payload?: unknown): Promise<ReceivedFrame> {
    return await this.lastFrame(await this.begin(type, payload));
  }

  /** Sends a request that must fail with a code; gives the message. */
  async refused(code: ErrorCode, type: FrameType, payload?: unknown): Promise<string> {
    return assertError(await this.request(type, payload), code);
  }

  /** Skips a request's other frames up to its RESULT or ERROR, or an ERROR that ends all. */
  async lastFrame(requestId: number): Promise<ReceivedFrame> {
    for (;;) {
      const frame = await this.nextFrame();
      const isLast = frame.type === FrameType.RESULT || frame.type === FrameType.ERROR;
      if (isLast && (frame.requestId === requestId || frame.requestId === 0)) return frame;
    }
  }

  /** Waits for the next frame. */
  async nextFrame(): Promise<ReceivedFrame> {
    const { type, requestId, payloadBytes, crc } = readHeader(
      await this.take(HEADER_BYTES),
      0,
      "server",
    );
    const payload = await this.take(payloadBytes);
    return { type, requestId, crc, payload, json: parseJson(payload) };
  }

  /** Waits for the next frame, which must be of a type and request; QUEUED is skipped. */
  async expectFrame(type: FrameType, requestId: number): Promise<ReceivedFrame> {
    const frame = await this.nextFrame();
    if (frame.type === FrameType.QUEUED) return await this.expectFrame(type, requestId);
    const shown = JSON.stringify(frame.json);
    assert.deepEqual([frame.type, frame.requestId], [type, requestId], shown);
    return frame;
  }

  /** Waits for the server's preface. */
  async expectPreface(): Promise<void> {
    assert.deepEqual(await this.take(PREFACE_BYTES), encodePreface());
  }

  /** Waits for ERROR 0 of a code and for the server to close. */
  async expectRefusal(code: ErrorCode): Promise<void> {
    assertError(await this.lastFrame(0), code);
    await this.expectEnd();
  }

  /** Waits for the server to close without another byte. */
  async expectEnd(): Promise<void> {
    assert.deepEqual(await this.takeRest(), new Uint8Array(0));
  }

  /** Waits for so many bytes. */
  async take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#receivedBytes < count) {
      if (this.#hasEnded) {
        throw new Error(`The server closed with ${this.#receivedBytes} of ${count} bytes sent`);
      }
      await this.#read(count - this.#receivedBytes);
    }
    const [first, ...others] = this.#received;
    const all = first === undefined || others.length > 0 ? concatBytes(this.#received) : first;
    this.#received = all.byteLength === count ? [] : [all.subarray(count)];
    this.#receivedBytes -= count;
    return all.slice(0, count);
  }

  /** Waits for the server to close and gives all that it sent before. */
  async takeRest(): Promise<Uint8Array<ArrayBuffer>> {
    while (!this.#hasEnded) await this.#read();
    return await this.take(this.#receivedBytes);
  }

  /** Ends the sending side only. */
  async closeWrite(): Promise<void> {
    await this.#conn.closeWrite();
  }

  /** Closes at once; may be called again. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#conn.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #read(wantedBytes = 0): Promise<void> {
    const piece = new Uint8Array(Math.max(PIECE_BYTES, wantedBytes));
    const read = await withDeadline(this.#conn.read(piece), "bytes from the server");
    if (read === null) {
      this.#hasEnded = true;
      return;
    }
    this.#received.push(piece.subarray(0, read));
    this.#receivedBytes += read;
  }
}

/** Asserts that a frame is an ERROR of a code and that its number and word agree; gives its message. */
export function assertError(frame: ReceivedFrame, code: ErrorCode, what = ""): string {
  const { json } = frame;
  const shown = `${what} should get ${code}, got ${JSON.stringify(json)}`;
  assert.equal(frame.type, FrameType.ERROR, shown);
  assert.deepEqual([json?.name, json?.code], [code, ERROR_CODES[code].wire], shown);
  assert.equal(typeof json?.message, "string");
  return `${json?.message}`;
}

function parseJson(payload: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(payload));
    return isRecord(value) ? value : undefined;
  } catch {
    // Raw bytes, as in DATA and ACK.
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
