import { createDigester } from "#protocol/digest.ts";
import { FrameType } from "#protocol/frame.ts";
import type { TempFolder } from "#tests/support/temp_folder.ts";
import type { FakePeer, ReceivedFrame, Script } from "./fake_server.ts";

/** Digest as on the wire. */
export async function xxh128(bytes: Uint8Array): Promise<string> {
  const digester = await createDigester("xxh128");
  digester.update(bytes);
  return digester.digest();
}

/** How a file is served. */
export interface GetBehaviour {
  readonly version?: string;
  readonly modifiedAtMs?: number;
  readonly chunkBytes?: number;
  /** Ends the connection when so many bytes of the file have been sent. */
  readonly cutAtBytes?: number;
  /** Sent instead of the right digest. */
  readonly digest?: string;
}

/** Answers one GET as a server should, except for what the behaviour says. Gives the request. */
export async function serveGet(
  peer: FakePeer,
  file: Uint8Array,
  behaviour: GetBehaviour = {},
): Promise<ReceivedFrame> {
  const get = await peer.expect(FrameType.GET);
  await answerGet(peer, get, file, behaviour);
  return get;
}

/** Answers a GET that was received already. */
export async function answerGet(
  peer: FakePeer,
  get: ReceivedFrame,
  file: Uint8Array,
  behaviour: GetBehaviour = {},
): Promise<void> {
  const { version = "v1", modifiedAtMs = 1_600_000_000_000, chunkBytes = 1000 } = behaviour;
  const offsetBytes = get.json.offsetBytes ?? 0;
  if (get.json.version !== undefined && get.json.version !== version) {
    return await peer.sendError(get.id, "file_changed");
  }
  const prefix = file.subarray(0, offsetBytes);
  if (get.json.prefixDigest !== undefined && get.json.prefixDigest !== await xxh128(prefix)) {
    return await peer.sendError(get.id, "checksum_mismatch");
  }
  const sizeBytes = file.byteLength;
  const lengthBytes = sizeBytes - offsetBytes;
  const ready = { sizeBytes, modifiedAtMs, version, offsetBytes, lengthBytes };
  await peer.send(FrameType.READY, get.id, ready);
  const end = behaviour.cutAtBytes ?? sizeBytes;
  for (let at = offsetBytes; at < end; at += chunkBytes) {
    await peer.sendData(get.id, file.subarray(at, Math.min(at + chunkBytes, end)));
  }
  if (end < sizeBytes) return peer.close();
  await peer.send(FrameType.RESULT, get.id, { digest: behaviour.digest ?? await xxh128(file) });
}

/** Plays a server that has one file, and sends it as often as it is asked for. */
export function serveFile(file: Uint8Array, behaviour: GetBehaviour = {}): Script {
  return async (peer) => {
    await peer.hello();
    for (;;) await serveGet(peer, file, behaviour);
  };
}

/** How an upload is taken. */
export interface PutBehaviour {
  readonly session?: string;
  /** What the server has already. */
  readonly prefix?: Uint8Array;
  readonly windowBytes?: number;
  readonly chunkBytes?: number;
  /** Ends the connection when so many bytes of the file have arrived. */
  readonly cutAtBytes?: number;
}

/** What came in. */
export interface TakenUpload {
  readonly put: ReceivedFrame;
  readonly bytes: Uint8Array;
  /** Payload sizes of the DATA frames. */
  readonly frames: readonly number[];
}

/** Takes one upload as a server should, up to and including RESULT. */
export async function takePut(peer: FakePeer, behaviour: PutBehaviour = {}): Promise<TakenUpload> {
  const put = await peer.expect(FrameType.PUT);
  return await answerPut(peer, put, behaviour);
}

/** Takes an upload whose PUT was received already. */
export async function answerPut(
  peer: FakePeer,
  put: ReceivedFrame,
  behaviour: PutBehaviour = {},
): Promise<TakenUpload> {
  const { session = "s1", prefix = new Uint8Array(0) } = behaviour;
  const bytes = new Uint8Array(put.json.sizeBytes);
  bytes.set(prefix);
  let filled = prefix.byteLength;
  const frames: number[] = [];
  await peer.send(FrameType.READY, put.id, {
    session,
    offsetBytes: filled,
    ...(filled > 0 ? { prefixDigest: await xxh128(prefix) } : {}),
    windowBytes: behaviour.windowBytes ?? 4 * 1024 * 1024,
    chunkBytes: behaviour.chunkBytes ?? 1024 * 1024,
  });
  for (;;) {
    const frame = await peer.next();
    if (frame.type === FrameType.COMMIT) {
      const digest = await xxh128(bytes);
      if (frame.json.digest !== digest) throw new Error("the client committed another digest");
      const { path, sizeBytes } = put.json;
      await peer.send(FrameType.RESULT, put.id, { outcome: "created", path, sizeBytes, digest });
      return { put, bytes, frames };
    }
    if (frame.type !== FrameType.DATA) throw new Error(`unexpected type ${frame.type}`);
    bytes.set(frame.payload, filled);
    filled += frame.payload.byteLength;
    frames.push(frame.payload.byteLength);
    await peer.sendAck(put.id, filled);
    if (filled >= (behaviour.cutAtBytes ?? Infinity)) {
      peer.close();
      return { put, bytes: bytes.subarray(0, filled), frames };
    }
  }
}

/** Writes `a.bin`, a file to be uploaded. */
export async function writeLocal(folder: TempFolder, bytes: Uint8Array): Promise<string> {
  const path = folder.join("a.bin");
  await Deno.writeFile(path, bytes);
  return path;
}

/** Names in a folder, sorted. */
export function namesIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map((entry) => entry.name).sort();
}
