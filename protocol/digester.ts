import type { Hash } from "node:crypto";
import { crc32 } from "./crc32.ts";
import type { ChecksumAlgorithm } from "./digest_algorithm.ts";
import { Xxh128Digester } from "./xxh128_digester.ts";

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
 * Makes a digester. Unlike `createDigester` it loads nothing for XXH3: for the hundreds of workers of a server.
 *
 * @param algorithm Which checksum.
 * @param xxh128 Gives XXH3 compiled, as `xxh128Module` does, or another thread has.
 * @returns A fresh digester.
 */
export async function createDigesterWith(
  algorithm: ChecksumAlgorithm,
  xxh128: () => WebAssembly.Module | Promise<WebAssembly.Module>,
): Promise<Digester> {
  if (algorithm === "crc32") return new Crc32Digester();
  if (algorithm === "xxh128") {
    return new Xxh128Digester(await WebAssembly.instantiate(await xxh128()));
  }
  // Loaded for those who ask for it: 4 MB and 20 ms.
  const { createHash } = await import("node:crypto");
  return new Sha256Digester(() => createHash("sha256"));
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
