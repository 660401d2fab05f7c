import { FrameReader, type FrameView } from "#protocol/frame_reader.ts";
import { withDeadline } from "#tests/support/deadline.ts";

/** A frame of the server and its payload. */
export interface ServerFrame extends Pick<FrameView, "type" | "requestId"> {
  readonly payload: Uint8Array;
  /** The payload as JSON; `undefined` when it is none. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

/** Longest that the server may take for anything, on a busy machine: beyond it, it hangs. */
export const HANG_MS = 40_000;

/** A connection that sends whatever it is told and reads what the server says. */
export class FrameStream implements Disposable {
  readonly #conn: Deno.TcpConn;
  readonly #reader: FrameReader;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    const source = { read: (into: Uint8Array): Promise<number | null> => this.read(into) };
    const buffers = {
      takeSmall: () => new Uint8Array(4096),
      takeLarge: () => new Uint8Array(1024 * 1024 + 16),
    };
    this.#reader = new FrameReader(source, buffers, "server");
  }

  /** Connects and says nothing. */
  static async connect(
    server: { readonly hostname: string; readonly port: number },
  ): Promise<FrameStream> {
    const { hostname, port } = server;
    return new FrameStream(await Deno.connect({ hostname, port }));
  }

  /** Sends all bytes. */
  async send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** Ends the sending side. */
  async closeWrite(): Promise<void> {
    await this.#conn.closeWrite();
  }

  /** Reads bytes as they come; `null` at the end. */
  async read(into: Uint8Array): Promise<number | null> {
    return await withDeadline(this.#conn.read(into), "bytes from the server", HANG_MS);
  }

  /** Reads the next frames; `null` at the end. */
  async frames(): Promise<readonly ServerFrame[] | null> {
    const batch = await this.#reader.next();
    if (batch === null) return null;
    return batch.frames.map(({ type, requestId, payloadAt, payloadBytes }) => {
      const payload = batch.bytes.subarray(payloadAt, payloadAt + payloadBytes);
      return { type, requestId, payload, json: parseJson(payload) };
    });
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}

const decoder = new TextDecoder();

function parseJson(payload: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(payload));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // Raw bytes, as in DATA and ACK.
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
