import { decodeControl } from "#protocol/control_payload.ts";
import { FrameType } from "#protocol/frame.ts";
import { compileNamePattern } from "#protocol/name_pattern.ts";
import { parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { FindSchema } from "#protocol/requests.ts";
import type { FindResult, FoundEntry } from "#protocol/replies.ts";
import { kindOf } from "../../storage/root_folder.ts";
import type { RequestContext } from "../request_context.ts";
import { walkFolder } from "../walk_folder.ts";

/** An ENTRIES frame is sent when it holds this many, or when its time has come. */
const BATCH_ENTRIES = 500;
/** Rough bytes of JSON after which a frame is sent, far below the limit of a frame. */
const BATCH_BYTES = 128 * 1024;
const BATCH_MS = 50;

/** Serves FIND (docs/protocol.md §6.8). */
export async function handleFind(
  context: RequestContext,
  payload: Uint8Array,
): Promise<FindResult> {
  const request = decodeControl(FindSchema, payload);
  const folder = parseRemotePath(request.path);
  context.history.path = folder;
  const act = `search "${folder}"`;
  const matches = request.pattern === undefined
    ? (): boolean => true
    : compileNamePattern(request.pattern, request.isCaseSensitive);
  const limit = request.limit ?? Infinity;
  const batch = new EntryBatch(context);
  const { reader } = context.storage;
  const from = folder === "" ? 0 : folder.length + 1;
  let found = 0;
  for await (const { path, entry } of walkFolder(reader, folder, act, context.signal)) {
    await batch.sendIfDue();
    if (!matches(path.slice(from))) continue;
    if (found === limit) return await batch.end({ found, isCut: true });
    const described = describe(context, path, entry, act);
    if (described === undefined) continue;
    batch.add(described);
    found++;
  }
  return await batch.end({ found, isCut: false });
}

function describe(
  context: RequestContext,
  path: RemotePath,
  entry: Deno.DirEntry,
  act: string,
): FoundEntry | undefined {
  const info = context.storage.reader.statDeep(path, act);
  // Deleted since its folder was read.
  if (info === undefined) return undefined;
  return {
    path,
    kind: kindOf(entry),
    sizeBytes: info.isFile ? info.size : 0,
    modifiedAtMs: info.mtime?.getTime() ?? 0,
  };
}

/** Entries on their way to the client. The first ones leave at once. */
class EntryBatch {
  readonly #context: RequestContext;
  #entries: FoundEntry[] = [];
  #bytes = 0;
  #dueMs = 0;

  constructor(context: RequestContext) {
    this.#context = context;
  }

  add(entry: FoundEntry): void {
    this.#entries.push(entry);
    // Each character may take six in JSON.
    this.#bytes += entry.path.length * 6 + 100;
  }

  async sendIfDue(): Promise<void> {
    if (this.#entries.length === 0) return;
    const isFull = this.#entries.length >= BATCH_ENTRIES || this.#bytes >= BATCH_BYTES;
    if (isFull || performance.now() >= this.#dueMs) await this.#send();
  }

  async end(result: FindResult): Promise<FindResult> {
    if (this.#entries.length > 0) await this.#send();
    return result;
  }

  async #send(): Promise<void> {
    const { outbox, requestId } = this.#context;
    await outbox.control(FrameType.ENTRIES, requestId, { entries: this.#entries });
    outbox.flush();
    this.#entries = [];
    this.#bytes = 0;
    this.#dueMs = performance.now() + BATCH_MS;
  }
}
