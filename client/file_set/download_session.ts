import { crc32 } from "node:zlib";
import type { CompressionMode } from "#protocol/compression_mode.ts";
import type { DigestAlgorithm } from "#protocol/digest_algorithm.ts";
import { FrameType } from "#protocol/frame.ts";
import { plainBytesOf, unpack } from "#protocol/packed_data.ts";
import { releaseBytes } from "#protocol/release_bytes.ts";
import { GetReadySchema, GetResultSchema } from "#protocol/replies.ts";
import type { GetInput } from "#protocol/requests.ts";
import type { SluiceError } from "#protocol/sluice_error.ts";
import type { Connection } from "../connection.ts";
import { peerError } from "../connection_errors.ts";
import { decodeReply } from "../decode_reply.ts";
import type { DataBatch } from "../exchange.ts";
import { agreeOnCompression } from "../make_packer.ts";
import type { SmallDownload } from "./download_lane.ts";
import { type FileJob, SMALL_FILE_BYTES } from "./file_job.ts";
import { FrameBuffer } from "./frame_buffer.ts";
import { RequestTaker } from "./request_taker.ts";
import type { SmallDigest } from "./small_digest.ts";

/** Files that are asked for ahead: enough that neither side waits for the other. */
const MOST_AHEAD = 128;
/** Bytes that are asked for ahead, so that a slow line is not filled for minutes. */
const MOST_BYTES_AHEAD = 4 * 1024 * 1024;

/** Where the files of a session come from and go to. */
export interface DownloadFeed<J extends FileJob> {
  readonly lane: {
    receive(
      download: SmallDownload<J>,
      file: { readonly bytes: Uint8Array; readonly modifiedAtMs: number; readonly digest: string },
    ): void;
    fail(download: SmallDownload<J>, error: unknown): void;
    endAsLarge(download: SmallDownload<J>): void;
  };
  readonly algorithm: DigestAlgorithm;
  /** When bytes are compressed on their way. */
  readonly compress: CompressionMode | undefined;
  readonly digestOf: SmallDigest;
  /** The next file, if there is one now. */
  next(): SmallDownload<J> | undefined;
  /** Whether it is not worth waiting for more. */
  isDry(): boolean;
  /** Settles when that may have changed. */
  changed(): Promise<void>;
}

/** What has come of one file. */
interface Arrival {
  sizeBytes: number;
  modifiedAtMs: number;
  /** Where its bytes are gathered. */
  buffer: Uint8Array;
  bytes: Uint8Array;
  filled: number;
  /** Why it has to be fetched on its own: it grew, or its bytes were damaged. */
  isUnfit: boolean;
}

/** Small downloads over one connection: many GETs are sent ahead, each file is taken as a whole. */
export class DownloadSession<J extends FileJob> {
  readonly #connection: Connection;
  readonly #feed: DownloadFeed<J>;
  readonly #frames = new FrameBuffer();
  readonly #broken = Promise.withResolvers<never>();
  /** Files come one after the other, as a rule: then all of them are gathered here. */
  #scratch: Uint8Array | undefined = new Uint8Array(SMALL_FILE_BYTES);
  #aheadFiles = 0;
  #aheadBytes = 0;
  #hasRoom = Promise.withResolvers<void>();

  /**
   * @param connection Serves nobody else meanwhile.
   * @param feed Where the files come from.
   */
  constructor(connection: Connection, feed: DownloadFeed<J>) {
    this.#connection = connection;
    this.#feed = feed;
    this.#broken.promise.catch(() => {}); // Whoever waits next gets it.
  }

  /**
   * Fetches until there is nothing left.
   *
   * @throws {SluiceError} When the connection was lost, or the server cannot serve more now.
   */
  async run(): Promise<void> {
    const broken = this.#broken.promise;
    for (;;) {
      while (this.#mayAsk()) {
        const download = this.#feed.next();
        if (download === undefined) break;
        this.#ask(download);
      }
      const frames = this.#frames.take();
      if (frames.byteLength > 0) await Promise.race([this.#connection.write(frames), broken]);
      if (this.#aheadFiles > 0) {
        await this.#connection.whileWaiting(Promise.race([this.#hasRoom.promise, broken]));
      } else if (this.#feed.isDry()) {
        return;
      } else {
        await Promise.race([this.#feed.changed(), broken]);
      }
    }
  }

  #mayAsk(): boolean {
    return this.#aheadFiles === 0 ||
      (this.#aheadFiles < MOST_AHEAD && this.#aheadBytes < MOST_BYTES_AHEAD);
  }

  #ask(download: SmallDownload<J>): void {
    const { path, job } = download;
    const arrival: Arrival = {
      sizeBytes: 0,
      modifiedAtMs: 0,
      buffer: NOTHING,
      bytes: NOTHING,
      filled: 0,
      isUnfit: false,
    };
    const over = (): void => {
      if (arrival.bytes.byteLength > 0) this.#scratch ??= arrival.buffer;
      this.#over(job.sizeBytes);
    };
    const id = this.#connection.begin(
      new RequestTaker(FrameType.GET, {
        onReady: (payload) => this.#takeReady(arrival, payload, id),
        onData: (batch) => this.#takeData(arrival, batch),
        onResult: (payload) => {
          this.#takeResult(download, arrival, payload);
          over();
        },
        onRefused: (error) => {
          this.#refuse(download, arrival, error);
          over();
        },
        onLost: (error) => this.#broken.reject(error),
      }),
    );
    const compress = agreeOnCompression(this.#connection, this.#feed.compress);
    const request: GetInput = {
      path,
      digest: this.#feed.algorithm,
      ...(compress === "off" ? {} : { compress }),
    };
    this.#frames.addControl(FrameType.GET, id, request);
    this.#aheadFiles++;
    this.#aheadBytes += job.sizeBytes;
  }

  /** Half of what is ahead is asked for at once, so that writes to the socket are few. */
  #over(plannedBytes: number): void {
    this.#aheadFiles--;
    this.#aheadBytes -= plannedBytes;
    const isLow = this.#aheadFiles <= MOST_AHEAD / 2 && this.#aheadBytes <= MOST_BYTES_AHEAD / 2;
    if (!isLow) return;
    this.#hasRoom.resolve();
    this.#hasRoom = Promise.withResolvers();
  }

  #takeReady(arrival: Arrival, payload: Uint8Array, id: number): void {
    const { sizeBytes, modifiedAtMs, offsetBytes, lengthBytes } = decodeReply(
      GetReadySchema,
      payload,
    );
    if (offsetBytes !== 0 || lengthBytes !== sizeBytes) {
      throw peerError(this.#connection.server, "it sends other bytes than were asked for");
    }
    arrival.sizeBytes = sizeBytes;
    arrival.modifiedAtMs = modifiedAtMs;
    if (sizeBytes <= SMALL_FILE_BYTES) return;
    arrival.isUnfit = true;
    this.#connection.sendControl(FrameType.CANCEL, id);
  }

  #takeData(arrival: Arrival, { bytes, frames }: DataBatch): void {
    for (const { type, payloadAt, payloadBytes, crc } of frames) {
      if (arrival.isUnfit) return;
      const payload = bytes.subarray(payloadAt, payloadAt + payloadBytes);
      const isPacked = type === FrameType.PACKED;
      const plainBytes = isPacked ? plainBytesOf(payload) : payloadBytes;
      if (arrival.filled + plainBytes > arrival.sizeBytes) {
        throw peerError(this.#connection.server, "it sent more bytes than it announced");
      }
      const plain = isPacked ? unpack(payload, crc) : payload;
      if (plain === undefined || (!isPacked && crc32(plain) !== crc)) {
        arrival.isUnfit = true;
        return;
      }
      if (arrival.filled === 0) this.#makeRoom(arrival);
      arrival.bytes.set(plain, arrival.filled);
      arrival.filled += plainBytes;
      if (isPacked) releaseBytes(plain);
    }
  }

  #makeRoom(arrival: Arrival): void {
    arrival.buffer = this.#scratch ?? new Uint8Array(SMALL_FILE_BYTES);
    this.#scratch = undefined;
    arrival.bytes = arrival.buffer.subarray(0, arrival.sizeBytes);
  }

  #takeResult(download: SmallDownload<J>, arrival: Arrival, payload: Uint8Array): void {
    const { isUnfit, bytes, filled, sizeBytes, modifiedAtMs } = arrival;
    if (isUnfit) return this.#feed.lane.endAsLarge(download);
    if (filled !== sizeBytes) {
      throw peerError(this.#connection.server, "it sent fewer bytes than it announced");
    }
    const digest = this.#feed.digestOf(bytes);
    const { digest: stated } = decodeReply(GetResultSchema, payload);
    if (stated !== digest) return this.#feed.lane.endAsLarge(download);
    this.#feed.lane.receive(download, { bytes, modifiedAtMs, digest });
  }

  #refuse(download: SmallDownload<J>, arrival: Arrival, error: SluiceError): void {
    if (error.isRetryable) this.#broken.reject(error);
    else if (arrival.isUnfit || error.code === "file_changed") this.#feed.lane.endAsLarge(download);
    else this.#feed.lane.fail(download, error);
  }
}

const NOTHING = new Uint8Array(0);
