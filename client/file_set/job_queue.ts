import { type FileJob, SMALL_FILE_BYTES } from "./file_job.ts";

/** Files that are found ahead of their transfers: enough for a total that means something. */
const MOST_AHEAD = 10_000;

/** The files of a set that nobody has taken yet, small and large apart. */
export class JobQueue<J extends FileJob> implements AsyncDisposable {
  readonly #small: J[] = [];
  readonly #large: J[] = [];
  readonly #pumping: Promise<void>;
  #changed = Promise.withResolvers<void>();
  #room = Promise.withResolvers<void>();
  #isOver = false;
  #isUnwanted = false;

  /** @param source Where the files come from; read ahead, up to a bound. */
  constructor(source: AsyncIterable<J> | Iterable<J>) {
    this.#pumping = this.#pump(source);
    this.#pumping.catch(() => {}); // Thrown by `ended`.
  }

  /** Whether a large file waits. */
  get hasLarge(): boolean {
    return this.#large.length > 0;
  }

  /** Whether a small file waits. */
  get hasSmall(): boolean {
    return this.#small.length > 0;
  }

  /** Whether no further file will be found. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Settles at the next change. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** Settles when the source has ended; rejects as it did. */
  get ended(): Promise<void> {
    return this.#pumping;
  }

  takeSmall(): J | undefined {
    return this.#taken(this.#small.shift());
  }

  takeLarge(): J | undefined {
    return this.#taken(this.#large.shift());
  }

  /** Brings a small file back that has to go on its own. */
  putLarge(job: J): void {
    this.#large.push(job);
    this.#tell();
  }

  /** Wants no more files. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isUnwanted = true;
    this.#room.resolve();
    await this.#pumping.catch(() => {}); // Whoever cares has asked `ended`.
  }

  async #pump(source: AsyncIterable<J> | Iterable<J>): Promise<void> {
    try {
      for await (const job of source) {
        if (this.#isUnwanted) return;
        (job.sizeBytes <= SMALL_FILE_BYTES ? this.#small : this.#large).push(job);
        this.#tell();
        while (this.#small.length + this.#large.length >= MOST_AHEAD && !this.#isUnwanted) {
          this.#room = Promise.withResolvers();
          await this.#room.promise;
        }
      }
    } finally {
      this.#isOver = true;
      this.#tell();
    }
  }

  #taken(job: J | undefined): J | undefined {
    if (job !== undefined) this.#room.resolve();
    return job;
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
