import { crc32 } from "node:zlib";
import { encodeControl, encodeFrame, FrameType } from "#protocol/frame.ts";
import { FrameReader, type FrameView } from "#protocol/frame_reader.ts";
import {
  HEADER_BYTES,
  INITIAL_WINDOW_BYTES,
  MAX_DATA_BYTES,
  PREFACE_BYTES,
} from "#protocol/limits.ts";
import { encodePreface } from "#protocol/preface.ts";
import { ERROR_CODES, type ErrorCode } from "#protocol/error_code.ts";
import type { ServerAddress } from "#client/types.ts";

/** What a fake server does on one connection; the connection is closed afterwards. */
export type Script = (peer: FakePeer) => Promise<void>;

/** A frame that the client sent. */
export interface ReceivedFrame {
  readonly type: FrameType;
  readonly id: number;
  readonly crc: number;
  readonly payload: Uint8Array<ArrayBuffer>;
  /** The payload's JSON; `undefined` for DATA and empty payloads. */
  // deno-lint-ignore no-explicit-any -- tests look into payloads of every shape
  readonly json: any;
}

/** A server that speaks the protocol by script: the n-th connection plays the n-th script. */
export class FakeServer implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #scripts: readonly Script[];
  readonly #peers: FakePeer[] = [];
  readonly #running: Promise<void>;
  readonly #plays: Promise<void>[] = [];

  /** @param scripts One for each connection; the last one is played again for further ones. */
  constructor(...scripts: readonly Script[]) {
    this.#scripts = scripts;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#running = this.#accept();
  }

  get address(): ServerAddress {
    return { hostname: "127.0.0.1", port: this.#listener.addr.port };
  }

  /** Connections that were made so far. */
  get connections(): number {
    return this.#peers.length;
  }

  /** Stops listening, so that further connections are refused. */
  stopListening(): void {
    this.#listener.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#listener.close();
    } catch {
      // A test may have closed it.
    }
    await this.#running;
    for (const peer of this.#peers) peer.close();
    await Promise.all(this.#plays);
  }

  async #accept(): Promise<void> {
    try {
      for await (const conn of this.#listener) {
        const peer = new FakePeer(conn);
        this.#peers.push(peer);
        const script = this.#scripts[this.#peers.length - 1] ?? this.#scripts.at(-1);
        const playing = play(script, peer);
        playing.catch(() => {}); // Thrown when the server is disposed of.
        this.#plays.push(playing);
      }
    } catch {
      // The listener was closed.
    }
  }
}

/** The server's end of one connection. */
export class FakePeer {
  readonly #conn: Deno.TcpConn;
  readonly #reader: FrameReader;
  readonly #pending: ReceivedFrame[] = [];
  #isClosed = false;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.#reader = new FrameReader(conn, {
      takeSmall: () => new Uint8Array(4096),
      takeLarge: () => new Uint8Array(MAX_DATA_BYTES + 2 * HEADER_BYTES),
    }, "client");
  }

  /** Waits for the next frame; throws when the client closes. */
  async next(): Promise<ReceivedFrame> {
    while (this.#pending.length === 0) {
      const batch = await this.#reader.next();
      if (batch === null) throw new ClientClosed();
      for (const frame of batch.frames) this.#pending.push(received(frame, batch.bytes));
    }
    return this.#pending.shift() as ReceivedFrame;
  }

  /** Waits for the next frame, which must be of a type. */
  async expect(type: FrameType): Promise<ReceivedFrame> {
    const frame = await this.next();
    if (frame.type !== type) {
      throw new Error(`the client sent type ${frame.type.toString(16)}, not ${type.toString(16)}`);
    }
    return frame;
  }

  /** Waits until the client has closed. */
  async untilClosed(): Promise<void> {
    try {
      for (;;) await this.next();
    } catch {
      // That is what was waited for.
    }
  }

  async send(type: FrameType, id: number, payload?: unknown): Promise<void> {
    await this.sendRaw(encodeControl(type, id, payload));
  }

  async sendError(id: number, name: ErrorCode, message = `fake ${name}`): Promise<void> {
    await this.send(FrameType.ERROR, id, { code: ERROR_CODES[name].wire, name, message });
  }

  async sendData(id: number, bytes: Uint8Array, crc = crc32(bytes)): Promise<void> {
    await this.sendRaw(encodeFrame(FrameType.DATA, id, bytes, crc));
  }

  async sendAck(id: number, bytes: number): Promise<void> {
    const payload = new Uint8Array(8);
    new DataView(payload.buffer).setBigUint64(0, BigInt(bytes));
    await this.sendRaw(encodeFrame(FrameType.ACK, id, payload));
  }

  async sendRaw(bytes: Uint8Array): Promise<void> {
    let sent = 0;
    while (sent < bytes.byteLength) sent += await this.#conn.write(bytes.subarray(sent));
  }

  /** Reads the client's preface and HELLO, and answers them. */
  async hello(
    limits: Record<string, number> = {},
    compression: readonly string[] = [],
  ): Promise<void> {
    await this.readPreface();
    await this.expect(FrameType.HELLO);
    await this.sendRaw(encodePreface());
    await this.send(FrameType.WELCOME, 0, {
      agent: "fake/1",
      connectionId: 1,
      compression,
      limits: {
        dataBytes: MAX_DATA_BYTES,
        requestBytes: 65536,
        pathBytes: 3072,
        nameBytes: 255,
        pathDepth: 128,
        listEntries: 2000,
        initialWindowBytes: INITIAL_WINDOW_BYTES,
        idleTimeoutMs: 60_000,
        ...limits,
      },
    });
  }

  async readPreface(): Promise<void> {
    const preface = new Uint8Array(PREFACE_BYTES);
    let filled = 0;
    while (filled < PREFACE_BYTES) {
      const read = await this.#conn.read(preface.subarray(filled));
      if (read === null) throw new ClientClosed();
      filled += read;
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#conn.close();
  }
}

/** The client closed the connection while the script waited for a frame. */
class ClientClosed extends Error {}

async function play(script: Script | undefined, peer: FakePeer): Promise<void> {
  try {
    await script?.(peer);
  } catch (error) {
    // A script that the client leaves is over; anything else is a fault of the test.
    if (!(error instanceof ClientClosed) && !isSocketError(error)) throw error;
  } finally {
    peer.close();
  }
}

function isSocketError(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.Interrupted || error instanceof Deno.errors.BadResource ||
    (error instanceof Error && error.message.includes("the stream ended inside"));
}

function received(frame: FrameView, bytes: Uint8Array<ArrayBuffer>): ReceivedFrame {
  const payload = bytes.slice(frame.payloadAt, frame.payloadAt + frame.payloadBytes);
  const isJson = frame.type !== FrameType.DATA && frame.type !== FrameType.PING &&
    payload.byteLength > 0;
  return {
    type: frame.type,
    id: frame.requestId,
    crc: frame.crc,
    payload,
    json: isJson ? JSON.parse(new TextDecoder().decode(payload)) : undefined,
  };
}
