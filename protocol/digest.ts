import type { ChecksumAlgorithm } from "./digest_algorithm.ts";
import { createDigesterWith, type Digester } from "./digester.ts";
import { xxh128Module } from "./xxh128_module.ts";

export type { Digester } from "./digester.ts";

/**
 * Makes a digester. The first one compiles the WebAssembly of XXH3, some milliseconds.
 *
 * @param algorithm Which checksum.
 * @returns A fresh digester.
 */
export function createDigester(algorithm: ChecksumAlgorithm): Promise<Digester> {
  return createDigesterWith(algorithm, xxh128Module);
}
