import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { encodeControl, FrameType } from "#protocol/frame.ts";
import { PREFACE_BYTES } from "#protocol/limits.ts";
import { encodePreface } from "#protocol/preface.ts";
import { concatBytes } from "#tests/support/random_bytes.ts";
import { FrameStream, type ServerFrame } from "./frame_stream.ts";
import type { RequestCase } from "./request_grammar.ts";

/** Requests on one connection before it is left. */
export const REQUESTS_PER_CONNECTION = 200;

/** What a run may want besides. */
export interface RequestRunOptions {
  /** Whom it acts for, where a server asks. */
  readonly token?: string;
  /** Hears of each frame of the server. */
  readonly look?: (frame: ServerFrame) => void;
}

/**
 * Sends requests behind each other without waiting and looks at the answers: each has exactly one last
 * frame, none is a fault of the server, and a connection that the server ends, it ends with a reason.
 *
 * @param server The server.
 * @param cases What to ask.
 * @param options What else is wanted.
 * @returns How many were answered; those behind the first one that ended the connection were not.
 * @throws {Error} With the bytes of the case that failed.
 */
export async function runRequests(
  server: { readonly hostname: string; readonly port: number },
  cases: readonly RequestCase[],
  { token, look }: RequestRunOptions = {},
): Promise<number> {
  using stream = await FrameStream.connect(server);
  const open = new Map(cases.map((one) => [one.requestId, one]));
  // The server may end the connection while this is being written.
  const greeting = [encodePreface(), encodeControl(FrameType.HELLO, 0, { agent: "fuzz", token })];
  const sent = stream.send(concatBytes([...greeting, ...cases.flatMap(({ frames }) => frames)]))
    .catch(() => {});
  await readPreface(stream);
  let end: ServerFrame | undefined;
  try {
    while (open.size > 0 && end === undefined) {
      const frames = await stream.frames();
      assert.ok(frames !== null, "the server ended the connection without a reason");
      for (const frame of frames) {
        look?.(frame);
        if (frame.type !== FrameType.RESULT && frame.type !== FrameType.ERROR) continue;
        assert.notEqual(frame.json?.name, "internal", JSON.stringify(frame.json));
        if (frame.requestId === 0) end = frame;
        // A CANCEL may come too late for one that is answered.
        else assert.ok(open.delete(frame.requestId), `${frame.requestId} has two answers`);
      }
    }
    assert.ok(end === undefined || end.json?.name === "protocol_error", JSON.stringify(end?.json));
  } catch (error) {
    const [first] = open.values();
    const bytes = first === undefined
      ? ""
      : Buffer.from(concatBytes([...first.frames])).toString("hex");
    throw new Error(`request ${first?.requestId} of ${cases.length}: ${bytes.slice(0, 4000)}`, {
      cause: error,
    });
  }
  if (end === undefined) await sent;
  return cases.length - Math.max(0, open.size - 1);
}

async function readPreface(stream: FrameStream): Promise<void> {
  const preface = new Uint8Array(PREFACE_BYTES);
  for (let at = 0; at < preface.byteLength;) {
    const read = await stream.read(preface.subarray(at));
    assert.ok(read !== null, "the server ended the connection before its preface");
    at += read;
  }
  assert.deepEqual(preface, encodePreface());
}
