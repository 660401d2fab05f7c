import type { Hash } from "node:crypto";
// @ts-types="hash-wasm"
import { createXXHash128, type IHasher } from "hash-wasm/dist/index.esm.min.js";
import { crc32 } from "./crc32.ts";
import type { ChecksumAlgorithm } from "./digest_algorithm.ts";

/** A checksum under way. One instance serves many files, one after the other. */
export interface Digester {
  readonly algorithm: ChecksumAlgorithm;
  /** Forgets all bytes seen so far. */
  reset(): void;
  /** Adds bytes. */
  update(bytes: Uint8Array): void;
  /** The digest of all bytes so far as `algorithm:hex`; more bytes may follow. */
  digest(): string;
  /** The same, at less cost, when no more bytes follow before the next reset. */
  finish(): string;
}

/**
 * Makes a digester. The first XXH3 one compiles its WebAssembly, some milliseconds.
 *
 * @param algorithm Which checksum.
 * @returns A fresh digester.
 */
export async function createDigester(algorithm: ChecksumAlgorithm): Promise<Digester> {
  if (algorithm === "crc32") return new Crc32Digester();
  if (algorithm === "xxh128") return new Xxh128Digester(await createXXHash128());
  // Loaded for those who ask for it: 4 MB and 20 ms.
  const { createHash } = await import("node:crypto");
  return new Sha256Digester(() => createHash("sha256"));
}

class Xxh128Digester implements Digester {
  readonly algorithm = "xxh128";
  readonly #hasher: IHasher;

  constructor(hasher: IHasher) {
    this.#hasher = hasher;
    this.#hasher.init();
  }

  reset(): void {
    this.#hasher.init();
  }

  update(bytes: Uint8Array): void {
    this.#hasher.update(bytes);
  }

  digest(): string {
    const state = this.#hasher.save();
    const hex = this.#hasher.digest("hex");
    this.#hasher.init();
    this.#hasher.load(state);
    return `xxh128:${hex}`;
  }

  finish(): string {
    return `xxh128:${this.#hasher.digest("hex")}`;
  }
}

class Sha256Digester implements Digester {
  readonly algorithm = "sha256";
  readonly #create: () => Hash;
  #hash: Hash;

  constructor(create: () => Hash) {
    this.#create = create;
    this.#hash = create();
  }

  reset(): void {
    this.#hash = this.#create();
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  digest(): string {
    return `sha256:${this.#hash.copy().digest("hex")}`;
  }

  finish(): string {
    return `sha256:${this.#hash.digest("hex")}`;
  }
}

class Crc32Digester implements Digester {
  readonly algorithm = "crc32";
  #crc = 0;

  reset(): void {
    this.#crc = 0;
  }

  update(bytes: Uint8Array): void {
    this.#crc = crc32(bytes, this.#crc);
  }

  digest(): string {
    return `crc32:${this.#crc.toString(16).padStart(8, "0")}`;
  }

  finish(): string {
    return this.digest();
  }
}
