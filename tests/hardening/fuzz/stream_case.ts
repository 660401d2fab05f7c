import assert from "node:assert/strict";
import { FrameType, readHeader } from "#protocol/frame.ts";
import { HEADER_BYTES, PREFACE_BYTES } from "#protocol/limits.ts";
import { encodePreface } from "#protocol/preface.ts";
import { concatBytes } from "#tests/support/random_bytes.ts";
import { FrameStream } from "./frame_stream.ts";

/**
 * Sends bytes as they are, ends the sending side, and reads to the end: the server must answer with
 * whole frames (or what it says to TLS and HTTP), without a fault of its own, and close.
 *
 * @param server The server.
 * @param bytes All that a client sends, preface included.
 * @throws {Error} When it does something else, or nothing.
 */
export async function streamCase(
  server: { readonly hostname: string; readonly port: number },
  bytes: Uint8Array,
): Promise<void> {
  const said = await converse(server, bytes);
  if (said !== undefined) wholeFrames(said);
}

/**
 * Sends bytes as they are, ends the sending side, and reads to the end.
 *
 * @param server The server.
 * @param bytes All that a client sends.
 * @returns All that the server says; `undefined` when it resets, because bytes were left that it did not read.
 */
export async function converse(
  server: { readonly hostname: string; readonly port: number },
  bytes: Uint8Array,
): Promise<Uint8Array | undefined> {
  using stream = await FrameStream.connect(server);
  const sent = stream.send(bytes).then(() => stream.closeWrite()).catch(() => {
    // It was refused before all was sent.
  });
  const said = await readAll(stream);
  await sent;
  return said;
}

async function readAll(stream: FrameStream): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  const piece = new Uint8Array(256 * 1024);
  try {
    for (let read = await stream.read(piece); read !== null; read = await stream.read(piece)) {
      pieces.push(piece.slice(0, read));
    }
    return concatBytes(pieces);
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionReset) return undefined;
    throw error;
  }
}

/** A frame that a server has said. */
export interface SaidFrame {
  readonly type: number;
  readonly requestId: number;
  readonly text: string;
}

/**
 * Asserts that a server has said its preface and whole frames, or what it says to TLS and HTTP, and no fault of its own.
 *
 * @param said All that it has said.
 * @returns The frames.
 */
export function wholeFrames(said: Uint8Array): readonly SaidFrame[] {
  if (said.byteLength === 0 || said[0] === 0x15 || said[0] === 0x48) return [];
  assert.deepEqual(said.slice(0, PREFACE_BYTES), encodePreface().slice());
  const frames: SaidFrame[] = [];
  for (let at = PREFACE_BYTES; at < said.byteLength;) {
    assert.ok(at + HEADER_BYTES <= said.byteLength, "the answer ends inside a header");
    const { type, requestId, payloadBytes } = readHeader(said, at, "server");
    const end = at + HEADER_BYTES + payloadBytes;
    assert.ok(end <= said.byteLength, "the answer ends inside a frame");
    const text = new TextDecoder().decode(said.subarray(at + HEADER_BYTES, end));
    if (type === FrameType.ERROR) assert.ok(!text.includes('"name":"internal"'), text);
    frames.push({ type, requestId, text });
    at = end;
  }
  return frames;
}
