import type { CommittedUpload, OpenUpload, SluiceClient } from "#client/mod.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { Publisher } from "./publisher.ts";
import { encodeUploadId, type UploadKey } from "./upload_id.ts";

/** Finished uploads that are remembered for clients that missed the answer. */
const MOST_FINISHED = 1000;

/** What a new upload is. */
export type NewUpload = Omit<UploadKey, "session">;

/** An upload that is open, and its address. */
export interface DeskUpload {
  readonly id: string;
  readonly key: UploadKey;
  readonly open: OpenUpload;
}

/**
 * Keeps uploads open between the requests of one tus upload for a moment, so that many small ones do not make the
 * file server read all that it has for each, and lets go of them then, so that other clients can go on.
 */
export class UploadDesk {
  readonly #client: SluiceClient;
  readonly #publisher: Publisher;
  readonly #parkedMs: number;
  readonly #mostParked: number;
  readonly #parked = new Map<
    string,
    { readonly upload: DeskUpload; readonly timer: ReturnType<typeof setTimeout> }
  >();
  readonly #finished = new Map<string, CommittedUpload>();
  readonly #releasing = new Set<Promise<void>>();

  /**
   * @param client Client of the file server.
   * @param publisher Publishes.
   * @param parkedMs How long an upload stays open between two requests, in ms.
   * @param mostParked How many may.
   */
  constructor(
    client: SluiceClient,
    publisher: Publisher,
    parkedMs: number,
    mostParked: number,
  ) {
    this.#client = client;
    this.#publisher = publisher;
    this.#parkedMs = parkedMs;
    this.#mostParked = mostParked;
  }

  /**
   * Begins an upload.
   *
   * @throws {SluiceError} `already_exists` when the name is taken, also with the policy `skip`.
   */
  async begin(key: NewUpload, signal: AbortSignal): Promise<DeskUpload> {
    return await this.#open(key, { signal });
  }

  /**
   * Opens an unfinished upload of this path and size that nobody holds.
   *
   * @throws {SluiceError} `session_not_found` when there is none.
   */
  async find(key: NewUpload, signal: AbortSignal): Promise<DeskUpload> {
    await this.#releaseAll(({ path, sizeBytes }) =>
      path === key.path && sizeBytes === key.sizeBytes
    );
    const upload = await this.#open(key, { signal, resume: true });
    if (upload.open.resumedFromBytes > 0) return upload;
    await upload.open.discard();
    const why = "there is no unfinished one of this path and size that nobody holds";
    throw new SluiceError("session_not_found", `Cannot go on with an upload: ${why}`);
  }

  /**
   * Opens the upload of an address again.
   *
   * @throws {SluiceError} `session_not_found`, `already_exists` and what the file server refuses.
   */
  async resume(key: UploadKey): Promise<DeskUpload> {
    const parked = this.#unpark(key.session);
    if (parked !== undefined && parked.open.isOpen && isSame(parked.key, key)) return parked;
    await parked?.open.release();
    return await this.#open(key, { session: key.session });
  }

  /** Keeps an upload open for the next request. */
  async park(upload: DeskUpload): Promise<void> {
    const { session } = upload.key;
    if (!upload.open.isOpen || this.#parked.size >= this.#mostParked) {
      return await upload.open.release();
    }
    const timer = setTimeout(() => {
      const parked = this.#unpark(session);
      if (parked !== undefined) this.#release(parked);
    }, this.#parkedMs);
    this.#parked.set(session, { upload, timer });
  }

  /** Publishes an upload, and remembers it for a client that misses the answer. */
  async finish({ id, open }: DeskUpload): Promise<CommittedUpload> {
    const result = await this.#publisher.publish(open);
    this.#remember(id, result);
    return result;
  }

  /**
   * What became of an upload that cannot be opened any more, when the answer to its COMMIT was lost: its own file
   * may be what has taken the name.
   */
  async findLate(key: UploadKey): Promise<CommittedUpload | undefined> {
    const lost = this.#publisher.lostAt(key.path);
    if (lost?.session !== key.session) return undefined;
    const result = await this.#publisher.find(lost);
    if (result !== undefined) this.#remember(encodeUploadId(key), result);
    return result;
  }

  /** What became of an upload that was finished a while ago. */
  finishedOf(id: string): CommittedUpload | undefined {
    return this.#finished.get(id);
  }

  /** Lets go of all uploads. */
  async close(): Promise<void> {
    await this.#releaseAll(() => true);
    await Promise.all(this.#releasing);
  }

  async #open(
    key: NewUpload,
    options: {
      readonly signal?: AbortSignal;
      readonly resume?: boolean;
      readonly session?: string;
    },
  ): Promise<DeskUpload> {
    const { path, sizeBytes, onConflict, modifiedAtMs } = key;
    const how = { onConflict, modifiedAtMs, ...options };
    const open = await this.#client.beginUpload(path, sizeBytes, how);
    if ("outcome" in open) {
      throw new SluiceError("already_exists", `Cannot upload "${path}": the name is taken`);
    }
    const whole = { path, sizeBytes, onConflict, modifiedAtMs, session: open.session };
    const id = encodeUploadId(whole);
    // The file server uses the ids of sessions that are over again: this is another upload.
    this.#finished.delete(id);
    if (options.session === undefined) this.#publisher.forget(path, open.session);
    return { id, key: whole, open };
  }

  #remember(id: string, result: CommittedUpload): void {
    this.#finished.set(id, result);
    const [oldest] = this.#finished.keys();
    if (this.#finished.size > MOST_FINISHED && oldest !== undefined) this.#finished.delete(oldest);
  }

  #unpark(session: string): DeskUpload | undefined {
    const parked = this.#parked.get(session);
    if (parked === undefined) return undefined;
    clearTimeout(parked.timer);
    this.#parked.delete(session);
    return parked.upload;
  }

  #release(upload: DeskUpload): void {
    const releasing = upload.open.release().finally(() => this.#releasing.delete(releasing));
    this.#releasing.add(releasing);
  }

  async #releaseAll(isMeant: (key: UploadKey) => boolean): Promise<void> {
    const meant = [...this.#parked.values()].filter(({ upload }) => isMeant(upload.key));
    await Promise.all(meant.map(({ upload }) => this.#unpark(upload.key.session)?.open.release()));
  }
}

function isSame(a: UploadKey, b: UploadKey): boolean {
  return encodeUploadId(a) === encodeUploadId(b);
}
