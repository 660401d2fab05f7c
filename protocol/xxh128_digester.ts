import type { Digester } from "./digester.ts";

/** Bytes that the module takes at a time: MAX_HEAP of hash-wasm's WASMInterface.ts. */
const PIECE_BYTES = 16 * 1024;
const DIGEST_BYTES = 16;
const SEED_BYTES = 8;

/** What hash-wasm 4.13.0's modules export, as far as it is used here. */
interface HashExports {
  readonly memory: WebAssembly.Memory;
  /** Address of the length of the state. */
  readonly STATE_SIZE: WebAssembly.Global;
  /** Address where seed and bytes are put, and where the digest is found. */
  Hash_GetBuffer(): number;
  /** Begins anew with the seed in the buffer. */
  Hash_Init(): void;
  /** Takes bytes from the buffer. */
  Hash_Update(length: number): void;
  /** Puts the digest into the buffer. */
  Hash_Final(): void;
  /** Address of the state. */
  Hash_GetState(): number;
}

/** XXH3-128 over hash-wasm's WebAssembly, which any thread may have compiled. */
export class Xxh128Digester implements Digester {
  readonly algorithm = "xxh128";
  readonly #exports: HashExports;
  /** Of the module's memory, which never grows. */
  readonly #buffer: Uint8Array;
  readonly #state: Uint8Array;

  /** @param instance Of `xxh128Module`, and nobody else's. */
  constructor(instance: WebAssembly.Instance) {
    const exports = instance.exports as unknown as HashExports;
    const { buffer } = exports.memory;
    const stateBytes = new DataView(buffer).getUint32(exports.STATE_SIZE.value, true);
    this.#exports = exports;
    this.#buffer = new Uint8Array(buffer, exports.Hash_GetBuffer(), PIECE_BYTES);
    this.#state = new Uint8Array(buffer, exports.Hash_GetState(), stateBytes);
    this.reset();
  }

  reset(): void {
    this.#buffer.fill(0, 0, SEED_BYTES);
    this.#exports.Hash_Init();
  }

  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      this.#buffer.set(piece);
      this.#exports.Hash_Update(piece.byteLength);
    }
  }

  digest(): string {
    const state = this.#state.slice();
    const digest = this.finish();
    this.#state.set(state);
    return digest;
  }

  finish(): string {
    this.#exports.Hash_Final();
    return `xxh128:${this.#buffer.subarray(0, DIGEST_BYTES).toHex()}`;
  }
}
