import type { Readable } from "node:stream";
import { DataStore, Upload } from "@tus/server";
import { type CommittedUpload, CONFLICT_POLICIES, type ConflictPolicy } from "#client/mod.ts";
import { MAX_FILE_BYTES } from "#protocol/limits.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cutOff } from "../http/body_reader.ts";
import { IdleWatch } from "../http/idle_watch.ts";
import type { DeskUpload, NewUpload, UploadDesk } from "./upload_desk.ts";
import { decodeUploadId, type UploadKey } from "./upload_id.ts";

/**
 * The data store of one tus request: each tus upload is an upload session of the file server. One for each request,
 * since what comes of it goes into headers that the tus library knows nothing of.
 */
export class TusCall extends DataStore {
  readonly #desk: UploadDesk;
  readonly #idleMs: number;
  readonly #signal: AbortSignal;
  #result: CommittedUpload | undefined;
  #bytesDigest: string | undefined;
  #failure: unknown;

  /**
   * @param desk Uploads that are open.
   * @param idleMs Longest silence of a body, in ms.
   * @param signal Ends the beginning of an upload when its client goes away.
   */
  constructor(desk: UploadDesk, idleMs: number, signal: AbortSignal) {
    super();
    this.extensions = ["creation", "creation-with-upload", "termination"];
    this.#desk = desk;
    this.#idleMs = idleMs;
    this.#signal = signal;
  }

  /** What was published by this request. */
  get result(): CommittedUpload | undefined {
    return this.#result;
  }

  /** Why the writing failed: the streams of the tus library may put an error of their own in its place. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Digest of the bytes that the file server has. */
  get bytesDigest(): string | undefined {
    return this.#bytesDigest;
  }

  override async create(upload: Upload): Promise<Upload> {
    const begun = await this.#desk.begin(newUploadOf(upload), this.#signal);
    upload.id = begun.id;
    if (upload.size === 0) this.#result = await this.#desk.finish(begun);
    else await this.#desk.park(begun);
    return upload;
  }

  override async getUpload(id: string): Promise<Upload> {
    const finished = this.#desk.finishedOf(id);
    if (finished !== undefined) {
      this.#result = finished;
      const { sizeBytes } = finished;
      return new Upload({ id, size: sizeBytes, offset: sizeBytes });
    }
    const key = decodeUploadId(id);
    const { sizeBytes } = key;
    const resumed = await this.#resume(key);
    if (resumed === undefined) return new Upload({ id, size: sizeBytes, offset: sizeBytes });
    const { offsetBytes } = resumed.open;
    this.#bytesDigest = resumed.open.bytesDigest;
    // All bytes are there, but the answer to COMMIT never came, or nobody lived to send it.
    if (offsetBytes === sizeBytes) this.#result = await this.#desk.finish(resumed);
    else await this.#desk.park(resumed);
    return new Upload({ id, size: sizeBytes, offset: offsetBytes });
  }

  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    if (this.#result !== undefined) return offset;
    const upload = await this.#desk.resume(decodeUploadId(id));
    const { open, key } = upload;
    try {
      requireOffset(upload, offset);
      await this.#fill(upload, stream);
      if (open.offsetBytes === key.sizeBytes) this.#result = await this.#desk.finish(upload);
      else await open.flush();
    } catch (error) {
      this.#failure = error;
      // Who cut it off may go on with it elsewhere.
      await open.release();
      throw error;
    }
    if (this.#result === undefined) await this.#desk.park(upload);
    return open.offsetBytes;
  }

  override async remove(id: string): Promise<void> {
    if (this.#desk.finishedOf(id) !== undefined) {
      const message = "Cannot end the upload: it is finished";
      throw new SluiceError("session_not_found", message);
    }
    const { open } = await this.#desk.resume(decodeUploadId(id));
    await open.discard();
  }

  /** Opens an upload again; `undefined` when it turns out to be published. */
  async #resume(key: UploadKey): Promise<DeskUpload | undefined> {
    try {
      return await this.#desk.resume(key);
    } catch (error) {
      this.#result = await this.#desk.findLate(key);
      if (this.#result === undefined) throw error;
      return undefined;
    }
  }

  async #fill({ open }: DeskUpload, stream: Readable): Promise<void> {
    using watch = new IdleWatch(this.#idleMs, (error) => void stream.destroy(error));
    try {
      watch.waits();
      for await (const chunk of stream) {
        watch.heard();
        await open.write(chunk);
        watch.waits();
      }
    } catch (error) {
      if (error instanceof SluiceError) throw error;
      throw watch.error ?? (isOfTus(error) ? error : cutOff(error));
    }
  }
}

function newUploadOf({ size, metadata = {} }: Upload): NewUpload {
  if (size === undefined || !(size <= MAX_FILE_BYTES)) {
    throw new SluiceError("too_large", "Cannot upload: Upload-Length is over 2^53 - 1");
  }
  const path = metadata["path"] || metadata["filename"] || "";
  if (path === "") {
    throw new SluiceError("invalid_request", "Cannot upload: Upload-Metadata has no path");
  }
  return {
    path: parseRemotePath(path),
    sizeBytes: size,
    onConflict: policyOf(metadata["onConflict"]),
    modifiedAtMs: timeOf(metadata["modifiedAtMs"]),
  };
}

function policyOf(text: string | null | undefined): ConflictPolicy {
  if (!text) return "error";
  const policy = CONFLICT_POLICIES.find((policy) => policy === text);
  if (policy !== undefined) return policy;
  const why = `onConflict must be one of ${CONFLICT_POLICIES.join(", ")}`;
  throw new SluiceError("invalid_request", `Cannot upload: ${why}`);
}

function timeOf(text: string | null | undefined): number | undefined {
  if (!text) return undefined;
  const ms = /^-?\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (Math.abs(ms) <= 8.64e15) return ms;
  throw new SluiceError("invalid_request", "Cannot upload: modifiedAtMs must be milliseconds");
}

function requireOffset({ open, key }: DeskUpload, offset: number): void {
  if (open.offsetBytes === offset) return;
  const why = `the server has ${open.offsetBytes} bytes, not ${offset}`;
  throw new SluiceError("session_taken", `Cannot go on with "${key.path}": ${why}`);
}

/** The tus library throws plain objects that have a status. */
function isOfTus(error: unknown): boolean {
  return typeof error === "object" && error !== null && "status_code" in error;
}
