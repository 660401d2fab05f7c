import { decodeControl } from "#protocol/control_payload.ts";
import { FrameType } from "#protocol/frame.ts";
import {
  joinRemotePath,
  parseRemoteName,
  parseRemotePath,
  type RemotePath,
} from "#protocol/remote_path.ts";
import { ArchiveSchema } from "#protocol/requests.ts";
import { nextTurn } from "../../next_turn.ts";
import { ArchiveSource } from "../archive_source.ts";
import { DataWriter } from "../data_writer.ts";
import { makeArchive } from "../make_archive.ts";
import { makePacker } from "../make_packer.ts";
import type { RequestContext } from "../request_context.ts";
import { TransferLog } from "../transfer_log.ts";

/** Synchronous work between two looks at messages. */
const TURN_MS = 10;

/** Serves ARCHIVE (docs/protocol.md §6.12). */
export async function handleArchive(
  context: RequestContext,
  payload: Uint8Array,
): Promise<{ readonly digest: string }> {
  const request = decodeControl(ArchiveSchema, payload);
  const path = parseRemotePath(request.path);
  const act = `archive "${path}"`;
  context.history.path = path;
  const { root } = context.storage;
  // Looked at before READY, so that what is no folder is refused at once.
  root.readFolder(path, act).next();
  for (const name of request.names ?? []) root.stat(childOf(path, name), act);
  using source = new ArchiveSource(context, path, request.names, act);
  const log = new TransferLog(context, "archive", path, 0, 0);
  await context.outbox.control(FrameType.READY, context.requestId, {});
  context.outbox.flush();
  const writer = new DataWriter(context, makePacker(context, request.compress));
  const digest = await sendAll(context, makeArchive(source.entries(), request.format), writer, log);
  context.history.digest = digest;
  log.finished(context.history.bytes, digest, request.format);
  return { digest };
}

function childOf(folder: RemotePath, name: string): RemotePath {
  parseRemoteName(name);
  return joinRemotePath(folder, name);
}

async function sendAll(
  context: RequestContext,
  stream: ReadableStream<Uint8Array>,
  writer: DataWriter,
  log: TransferLog,
): Promise<string> {
  const digester = await context.digester("xxh128");
  const reader = stream.getReader();
  let turnEndsMs = performance.now() + TURN_MS;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      digester.update(value);
      await writer.write(value);
      log.progress(context.history.bytes);
      if (performance.now() < turnEndsMs) continue;
      await nextTurn();
      context.signal.throwIfAborted();
      turnEndsMs = performance.now() + TURN_MS;
    }
  } catch (error) {
    // The reason is on its way already; how the archive takes its end matters to nobody.
    await reader.cancel(error).catch(() => {});
    throw error;
  }
  await writer.end();
  return digester.digest();
}
