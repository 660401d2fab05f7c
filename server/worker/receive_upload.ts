import { decodeControl } from "#protocol/control_payload.ts";
import { encodeFrame, FrameType, writeU64 } from "#protocol/frame.ts";
import { releaseBytes } from "#protocol/release_bytes.ts";
import { AbortSchema, type CommitRequest, CommitSchema } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { withOsErrors } from "../storage/os_error.ts";
import type { Upload } from "./handlers/put.ts";
import type { InboxFrame } from "./inbox.ts";
import { writeFully } from "../storage/read_fully.ts";
import { plainPayload } from "./plain_payload.ts";
import type { RequestContext } from "./request_context.ts";

/** An unthrottled upload is told at least this often how far it is. */
const ACK_EVERY_BYTES = 1024 * 1024;
/** Written bytes after which the disk is set to work, so that the fsync at the end finds little to do. */
const WRITE_BACK_BYTES = 64 * 1024 * 1024;

/**
 * Takes the DATA frames of an upload up to its COMMIT, each checked, written, hashed and throttled.
 *
 * @param context The request.
 * @param upload The upload; its file is positioned behind the bytes that it has.
 * @returns The COMMIT.
 * @throws {SluiceError} `checksum_mismatch`, `invalid_request`, `disk_full`, `cancelled`, `timeout`, and what a
 * `WriteGuard` refuses.
 */
export async function receiveUpload(
  context: RequestContext,
  upload: Upload,
): Promise<CommitRequest> {
  const { inbox, requestId, signal } = context;
  const receiver = new Receiver(context, upload);
  for (;;) {
    // A sender that is slow, or whose window is full, must see how far it is.
    if (inbox.isEmpty) await receiver.acknowledge();
    const frame = await inbox.next({ isBetweenRequests: false, signal });
    if (frame === null) {
      throw new SluiceError("unreachable", `Cannot ${upload.act}: the client went away`);
    }
    if (frame.requestId !== requestId) {
      inbox.unread(frame);
      throw new SluiceError(
        "protocol_error",
        `Cannot ${upload.act}: another request came in between`,
      );
    }
    switch (frame.type) {
      case FrameType.DATA:
      case FrameType.PACKED:
        await receiver.take(frame);
        break;
      case FrameType.COMMIT:
        await receiver.finish();
        return decodeControl(CommitSchema, frame.payload);
      case FrameType.ABORT:
        receiver.letGo(decodeControl(AbortSchema, frame.payload).keep);
        throw new SluiceError("cancelled", `Cannot ${upload.act}: the client ended it`);
      default:
        throw new SluiceError(
          "protocol_error",
          `Cannot ${upload.act}: another request came in between`,
        );
    }
  }
}

/** Writes chunks and acknowledges them. */
class Receiver {
  readonly #context: RequestContext;
  readonly #upload: Upload;
  #position: number;
  #acknowledged: number;
  #writtenBack: number;
  #writeBack: Promise<void> | undefined;

  constructor(context: RequestContext, upload: Upload) {
    this.#context = context;
    this.#upload = upload;
    this.#position = upload.session.offsetBytes;
    this.#acknowledged = this.#position;
    this.#writtenBack = this.#position;
  }

  /** Takes one DATA or PACKED frame. Rates count what travelled. */
  async take(frame: InboxFrame): Promise<void> {
    const { act, digester, session, request } = this.#upload;
    const bytes = plainPayload(frame, {
      act,
      mayCompress: request.mayCompress && this.#context.mayCompress,
      restBytes: request.sizeBytes - this.#position,
    });
    withOsErrors(act, () => writeFully(session.file, bytes));
    digester.update(bytes);
    this.#position += bytes.byteLength;
    this.#context.history.bytes += bytes.byteLength;
    this.#requireLimits(bytes.byteLength);
    if (frame.type === FrameType.PACKED) releaseBytes(bytes);
    this.#startWriteBack();
    await this.#throttle(frame.payload.byteLength);
    this.#upload.log.progress(this.#position);
  }

  /** Waits for the disk. */
  async finish(): Promise<void> {
    await this.#writeBack;
  }

  /** The client ends it on purpose, for now or for good. */
  letGo(keep: boolean): void {
    const { session, log, request } = this.#upload;
    const { history } = this.#context;
    const isKept = keep && !request.isOpenEnded;
    history.isLetGo = true;
    // Its record follows when it is published.
    if (isKept) history.isQuiet = true;
    else session.discard();
    log.letGo(this.#position, isKept);
  }

  #requireLimits(bytes: number): void {
    const { act, path, request } = this.#upload;
    const { guard } = this.#context;
    guard.addWritten(bytes, act);
    guard.requireFile(path, request.isOpenEnded ? this.#position : request.sizeBytes, act);
  }

  async #throttle(bytes: number): Promise<void> {
    const { throttle, signal } = this.#context;
    if (throttle.isOn) {
      await throttle.wait(bytes, signal);
      await this.acknowledge();
      await throttle.pause(bytes, signal);
    } else if (this.#position - this.#acknowledged >= ACK_EVERY_BYTES) {
      await this.acknowledge();
    }
  }

  /** Tells the client how far its file is, when it does not know yet. */
  async acknowledge(): Promise<void> {
    if (this.#acknowledged === this.#position) return;
    const { outbox, requestId } = this.#context;
    this.#acknowledged = this.#position;
    const payload = new Uint8Array(8);
    writeU64(payload, 0, this.#position);
    await outbox.frame(encodeFrame(FrameType.ACK, requestId, payload));
    outbox.flush();
  }

  #startWriteBack(): void {
    if (this.#position - this.#writtenBack < WRITE_BACK_BYTES || this.#writeBack !== undefined) {
      return;
    }
    this.#writtenBack = this.#position;
    this.#writeBack = this.#upload.session.file.syncData().catch(() => {
      // The fsync before publishing meets the same fault, and fails the upload.
    }).finally(() => this.#writeBack = undefined);
  }
}
