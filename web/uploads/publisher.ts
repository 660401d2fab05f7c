import {
  type CommittedUpload,
  DIGEST_ALGORITHMS,
  type LostCommit,
  type OpenUpload,
  type SluiceClient,
} from "#client/mod.ts";
import { sleep } from "#protocol/sleep.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

/** Lost answers that are remembered for clients that ask again. */
const MOST_LOST = 1000;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 500;

/** An upload whose fate is unknown. */
export interface LostUpload extends LostCommit {
  /** The upload session that it was. */
  readonly session: string;
}

/**
 * Publishes uploads. When the file server or the connection dies behind COMMIT it looks what came of it, and
 * remembers what it could not learn: a request that says the same again is then told the truth, rather than that its
 * own file stands in its way.
 */
export class Publisher {
  readonly #client: SluiceClient;
  readonly #lostAnswerMs: number;
  readonly #closing = new AbortController();
  /** By remote path. */
  readonly #lost = new Map<string, LostUpload>();

  /**
   * @param client Client of the file server.
   * @param lostAnswerMs How long to look for what became of a COMMIT whose answer was lost.
   */
  constructor(client: SluiceClient, lostAnswerMs: number) {
    this.#client = client;
    this.#lostAnswerMs = lostAnswerMs;
  }

  /**
   * Publishes an upload.
   *
   * @param open All its bytes are there.
   * @param signal Aborted when whoever asked for it goes away before it is told.
   * @returns What became of it.
   * @throws {SluiceError} As `OpenUpload.commit` does; `unreachable` only when nobody could say more.
   */
  async publish(open: OpenUpload, signal?: AbortSignal): Promise<CommittedUpload> {
    try {
      const result = await open.commit();
      this.#rememberUntold(open, result, signal);
      return result;
    } catch (error) {
      if (open.lostCommit === undefined) throw error;
      const lost = { ...open.lostCommit, session: open.session };
      this.#remember(lost);
      const found = await this.#findSoon(lost);
      if (found === undefined) throw error;
      return found;
    }
  }

  /** The upload to a path whose answer was lost last. */
  lostAt(path: string): LostUpload | undefined {
    return this.#lost.get(path);
  }

  /** Another upload has this session now. */
  forget(path: string, session: string): void {
    if (this.#lost.get(path)?.session === session) this.#lost.delete(path);
  }

  /**
   * Looks what became of an upload.
   *
   * @returns What the lost answer would have said; `undefined` when the name does not show its bytes.
   * @throws {SluiceError} When the file server cannot be asked.
   */
  async find(lost: LostUpload): Promise<CommittedUpload | undefined> {
    const { signal } = this.#closing;
    // It stays remembered: whoever is told now may have gone away meanwhile, and ask again.
    return await this.#client.findPublished(lost, { signal });
  }

  /** Looks for nothing any more. */
  close(): void {
    this.#closing.abort();
  }

  /** The server may start again, and a COMMIT that reached it may still be at work: ask for a moment. */
  async #findSoon(lost: LostUpload): Promise<CommittedUpload | undefined> {
    const { signal } = this.#closing;
    const untilMs = performance.now() + this.#lostAnswerMs;
    for (let waitMs = FIRST_WAIT_MS;; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        const found = await this.find(lost);
        if (found !== undefined) return found;
        if (performance.now() + waitMs > untilMs) return undefined;
        await sleep(waitMs, signal);
      } catch (error) {
        // The caller tells what went wrong first; here only a server that is away is waited for.
        const mayCome = error instanceof SluiceError && error.isRetryable && !signal.aborted;
        if (!mayCome || performance.now() + waitMs > untilMs) return undefined;
        await sleep(waitMs, signal).catch(() => {});
      }
    }
  }

  /** A page that pauses just now comes back for this file, and must not meet it as somebody else's. */
  #rememberUntold(
    open: OpenUpload,
    result: CommittedUpload,
    signal: AbortSignal | undefined,
  ): void {
    const { path, sizeBytes, digest } = result;
    const algorithm = DIGEST_ALGORITHMS.find((name) => digest?.startsWith(`${name}:`));
    if (digest === undefined || algorithm === undefined || path !== open.path) return;
    const lost = { path, sizeBytes, algorithm, digest, session: open.session };
    if (signal?.aborted) this.#remember(lost);
    else signal?.addEventListener("abort", () => this.#remember(lost), { once: true });
  }

  #remember(lost: LostUpload): void {
    this.#lost.delete(lost.path);
    this.#lost.set(lost.path, lost);
    const [oldest] = this.#lost.keys();
    if (this.#lost.size > MOST_LOST && oldest !== undefined) this.#lost.delete(oldest);
  }
}
