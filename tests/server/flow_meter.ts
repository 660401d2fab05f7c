import { crc32 } from "node:zlib";
import { encodeControl, encodeFrame, FrameType, readU64 } from "#protocol/frame.ts";
import { type FrameBatch, FrameReader } from "#protocol/frame_reader.ts";
import { encodePreface } from "#protocol/preface.ts";
import { PREFACE_BYTES } from "#protocol/limits.ts";

const BUFFER_BYTES = 1024 * 1024 + 128 * 1024;
const TRANSFER_ID = 1;

/** Bytes that arrived at a time, by `performance.now()`. */
export interface FlowPoint {
  readonly atMs: number;
  readonly bytes: number;
}

/** How a transfer flowed. */
export interface Flow {
  /** When the request was sent. */
  readonly startMs: number;
  /** Each chunk: of a download when it came, of an upload when it was acknowledged. */
  readonly points: readonly FlowPoint[];
}

/** Where a server listens. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/**
 * The rate that a flow keeps: the median of its rates over all stretches of about a third of it. A
 * machine that stands still for a moment disturbs some stretches and leaves the median alone.
 *
 * @param flow What was measured.
 * @returns Bytes per second.
 */
export function rateOf({ points }: Flow): number {
  const span = Math.max(1, Math.floor(points.length / 3));
  let sum = 0;
  const line = points.map(({ atMs, bytes }) => ({ atMs, sum: sum += bytes }));
  const rates = line.slice(span).map((end, index) => {
    const begin = line[index] ?? end;
    return (end.sum - begin.sum) / (end.atMs - begin.atMs) * 1000;
  });
  return rates.sort((a, b) => a - b)[rates.length >> 1] ?? 0;
}

/** Seconds from the request to the last chunk. */
export function secondsOf(flow: Flow): number {
  return ((flow.points.at(-1)?.atMs ?? 0) - flow.startMs) / 1000;
}

/**
 * Downloads a file without keeping it.
 *
 * @param server Where from.
 * @param path Which file.
 * @returns How it flowed.
 */
export async function meterDownload(server: Address, path: string): Promise<Flow> {
  using meter = await FlowMeter.connect(server);
  const startMs = performance.now();
  await meter.send(encodeControl(FrameType.GET, TRANSFER_ID, { path, digest: "none" }));
  return { startMs, points: await meter.read(FrameType.DATA, (_batch, _at, bytes) => bytes) };
}

/**
 * Uploads zeros, as fast as the window allows, and discards them in the end.
 *
 * @param server Where to.
 * @param path The name that they would have.
 * @param sizeBytes How many.
 * @returns How it flowed.
 */
export async function meterUpload(
  server: Address,
  path: string,
  sizeBytes: number,
): Promise<Flow> {
  using meter = await FlowMeter.connect(server);
  const startMs = performance.now();
  await meter.send(encodeControl(FrameType.PUT, TRANSFER_ID, { path, sizeBytes }));
  return { startMs, points: await meter.upload(sizeBytes) };
}

class FlowMeter implements Disposable {
  readonly #conn: Deno.TcpConn;
  readonly #reader: FrameReader;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    const take = (): Uint8Array<ArrayBuffer> => this.#buffer;
    this.#reader = new FrameReader(conn, { takeSmall: take, takeLarge: take }, "server");
  }

  static async connect({ hostname, port }: Address): Promise<FlowMeter> {
    const conn = await Deno.connect({ hostname, port });
    conn.setNoDelay(true);
    const meter = new FlowMeter(conn);
    await meter.send(encodePreface());
    await meter.send(encodeControl(FrameType.HELLO, 0, { agent: "flow-meter" }));
    const preface = new Uint8Array(PREFACE_BYTES);
    for (let filled = 0; filled < PREFACE_BYTES;) {
      filled += await conn.read(preface.subarray(filled)) ?? PREFACE_BYTES;
    }
    return meter;
  }

  async send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** Reads to the end of the request, noting each frame of one type. */
  async read(
    type: FrameType,
    bytesIn: (batch: FrameBatch, payloadAt: number, payloadBytes: number) => number,
    onFrame: () => void = () => {},
  ): Promise<FlowPoint[]> {
    const points: FlowPoint[] = [];
    for (;;) {
      const batch = await this.#reader.next();
      const atMs = performance.now();
      if (batch === null) throw new Error("The server closed the connection");
      for (const frame of batch.frames) {
        if (frame.type === type) {
          points.push({ atMs, bytes: bytesIn(batch, frame.payloadAt, frame.payloadBytes) });
          onFrame();
        }
        if (frame.type === FrameType.RESULT) return points;
        if (frame.type === FrameType.ERROR) {
          if (type === FrameType.ACK) return points;
          const text = batch.bytes.subarray(frame.payloadAt, frame.payloadAt + frame.payloadBytes);
          throw new Error(`The server says ${new TextDecoder().decode(text)}`);
        }
      }
    }
  }

  async upload(sizeBytes: number): Promise<FlowPoint[]> {
    const { windowBytes, chunkBytes } = await this.#ready();
    let acknowledged = 0;
    let wake: (() => void) | undefined;
    const reading = this.read(FrameType.ACK, (batch, at) => {
      const before = acknowledged;
      acknowledged = readU64(batch.bytes, at);
      return acknowledged - before;
    }, () => wake?.());
    const frame = dataFrame(chunkBytes);
    for (let sent = 0; sent < sizeBytes;) {
      const bytes = Math.min(chunkBytes, sizeBytes - sent);
      if (sent + bytes - acknowledged > windowBytes) {
        await new Promise<void>((resolve) => wake = resolve);
        continue;
      }
      await this.send(bytes === chunkBytes ? frame : dataFrame(bytes));
      sent += bytes;
    }
    while (acknowledged < sizeBytes) await new Promise<void>((resolve) => wake = resolve);
    await this.send(encodeControl(FrameType.ABORT, TRANSFER_ID, { keep: false }));
    return await reading;
  }

  async #ready(): Promise<{ readonly windowBytes: number; readonly chunkBytes: number }> {
    for (;;) {
      const batch = await this.#reader.next();
      if (batch === null) throw new Error("The server closed the connection");
      for (const frame of batch.frames) {
        if (frame.type === FrameType.WELCOME || frame.type === FrameType.QUEUED) continue;
        const text = new TextDecoder().decode(
          batch.bytes.subarray(frame.payloadAt, frame.payloadAt + frame.payloadBytes),
        );
        if (frame.type !== FrameType.READY) throw new Error(`The server says ${text}`);
        return JSON.parse(text);
      }
    }
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}

function dataFrame(bytes: number): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(bytes);
  return encodeFrame(FrameType.DATA, TRANSFER_ID, payload, crc32(payload));
}
