import { createDigester, type Digester } from "#protocol/digest.ts";
import type { DigestAlgorithm } from "#protocol/digest_algorithm.ts";

/** Digesters that no transfer uses now: making one costs more than a small file. */
const spare: Digester[] = [];
const MOST_SPARE = 8;

/** A checksum over the first bytes of a file that knows how many they are. */
export class RunningDigest implements Disposable {
  readonly #digester: Digester;
  #bytes = 0;

  private constructor(digester: Digester) {
    this.#digester = digester;
  }

  /**
   * Begins at byte 0.
   *
   * @param algorithm Which checksum.
   * @returns To be disposed of after use.
   */
  static async create(algorithm: DigestAlgorithm): Promise<RunningDigest> {
    const at = spare.findIndex((digester) => digester.algorithm === algorithm);
    const [digester = await createDigester(algorithm)] = at === -1 ? [] : spare.splice(at, 1);
    digester.reset();
    return new RunningDigest(digester);
  }

  /** How many bytes it has seen. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds bytes. */
  update(bytes: Uint8Array): void {
    this.#digester.update(bytes);
    this.#bytes += bytes.byteLength;
  }

  /** Begins anew. */
  reset(): void {
    this.#digester.reset();
    this.#bytes = 0;
  }

  /** The digest so far, as `algorithm:hex`. */
  digest(): string {
    return this.#digester.digest();
  }

  [Symbol.dispose](): void {
    if (spare.length < MOST_SPARE && !spare.includes(this.#digester)) spare.push(this.#digester);
  }
}
