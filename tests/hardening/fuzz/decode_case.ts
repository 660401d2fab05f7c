import assert from "node:assert/strict";
import type * as v from "valibot";
import { decodeControl } from "#protocol/control_payload.ts";
import { FrameType } from "#protocol/frame.ts";
import { FrameReader } from "#protocol/frame_reader.ts";
import { compileNamePattern } from "#protocol/name_pattern.ts";
import { judgePreface } from "#protocol/preface.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import * as manageReplies from "#protocol/manage_replies.ts";
import * as replies from "#protocol/replies.ts";
import * as requests from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { SnapshotSchema } from "#protocol/watch_reply.ts";
import type { SeededRandom } from "#tests/support/seeded_random.ts";
import { pick } from "./case_random.ts";

const REQUESTS: ReadonlyMap<number, v.GenericSchema> = new Map<number, v.GenericSchema>([
  [FrameType.HELLO, requests.HelloSchema],
  [FrameType.LIST, requests.ListSchema],
  [FrameType.STAT, requests.StatSchema],
  [FrameType.GET, requests.GetSchema],
  [FrameType.PUT, requests.PutSchema],
  [FrameType.COMMIT, requests.CommitSchema],
  [FrameType.ABORT, requests.AbortSchema],
  [FrameType.RENAME, requests.RenameSchema],
  [FrameType.DELETE, requests.DeleteSchema],
  [FrameType.MKDIR, requests.MkdirSchema],
  [FrameType.FIND, requests.FindSchema],
  [FrameType.CHECKSUM, requests.ChecksumSchema],
  [FrameType.HISTORY, requests.HistorySchema],
  [FrameType.TRASH, requests.TrashSchema],
  [FrameType.RESTORE, requests.RestoreSchema],
  [FrameType.EMPTY_TRASH, requests.EmptyTrashSchema],
  [FrameType.ARCHIVE, requests.ArchiveSchema],
  [FrameType.WATCH, requests.WatchSchema],
]);
/** A client decodes a RESULT as what its request asks for: any of these may meet any bytes. */
const REPLIES: readonly v.GenericSchema[] = [
  replies.WelcomeSchema,
  replies.ListResultSchema,
  replies.StatResultSchema,
  replies.GetReadySchema,
  replies.GetResultSchema,
  replies.PutReadySchema,
  replies.PutResultSchema,
  replies.DeleteResultSchema,
  replies.StatusResultSchema,
  replies.QueuedSchema,
  replies.ProgressSchema,
  replies.ErrorSchema,
  manageReplies.EntriesSchema,
  manageReplies.FindResultSchema,
  manageReplies.ChecksumResultSchema,
  manageReplies.HistoryResultSchema,
  manageReplies.TrashResultSchema,
  manageReplies.RestoreResultSchema,
  manageReplies.EmptyTrashResultSchema,
  manageReplies.PublishResultSchema,
  SnapshotSchema,
];
/** Replies that are no JSON. */
const RAW: ReadonlySet<number> = new Set([FrameType.DATA, FrameType.ACK, FrameType.PONG]);
const PREFACE = { up: 8, down: 8 } as const;
const SMALL_BYTES = 4096;
const LARGE_BYTES = 1024 * 1024 + 16;
const small = new Uint8Array(SMALL_BYTES);
const large = new Uint8Array(LARGE_BYTES);

/**
 * Gives bytes to all that decodes what a peer sends, in pieces: it must give a value or throw a
 * {@linkcode SluiceError}, and nothing else.
 *
 * @param bytes A whole stream of one side, preface included.
 * @param way Which side sent it.
 * @param random Where the stream is cut.
 * @throws {Error} When anything else happens.
 */
export async function decodeCase(
  bytes: Uint8Array,
  way: "up" | "down",
  random: SeededRandom,
): Promise<void> {
  orSluiceError(() => judgePreface(bytes.subarray(0, 64)));
  let at = PREFACE[way];
  const source = {
    read: (into: Uint8Array): Promise<number | null> => {
      if (at >= bytes.byteLength) return Promise.resolve(null);
      const count = Math.min(into.byteLength, bytes.byteLength - at, random.between(1, 9000));
      assert.ok(count > 0, "a reader asked for no bytes");
      into.set(bytes.subarray(at, at += count));
      return Promise.resolve(count);
    },
  };
  // One batch at a time: each may lie in the buffer of the one before.
  const buffers = { takeSmall: () => small, takeLarge: () => large };
  const reader = new FrameReader(source, buffers, way === "up" ? "client" : "server");
  try {
    for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
      for (const { type, payloadAt, payloadBytes } of batch.frames) {
        const payload = batch.bytes.slice(payloadAt, payloadAt + payloadBytes);
        if (way === "up") decodeRequest(type, payload);
        else if (!RAW.has(type)) {
          const schema = pick(random, REPLIES);
          orSluiceError(() => decodeControl(schema, payload));
        }
      }
    }
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    assert.equal(error.code, "protocol_error");
  }
}

function decodeRequest(type: number, payload: Uint8Array): void {
  const schema = REQUESTS.get(type);
  if (schema === undefined) return;
  const value = orSluiceError(() => decodeControl(schema, payload));
  if (typeof value !== "object" || value === null) return;
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") continue;
    if (key === "pattern") orSluiceError(() => compileNamePattern(text)("folder/name.txt"));
    else orSluiceError(() => parseRemotePath(text));
  }
}

function orSluiceError<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof SluiceError) return undefined;
    throw error;
  }
}
