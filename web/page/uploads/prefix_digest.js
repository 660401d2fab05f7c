// @ts-check
import { loadScript } from "./load_script.js";

const SLICE_BYTES = 4 * 1024 * 1024;

/**
 * Computes the digest of a file's beginning, slice by slice.
 *
 * @param {Blob} file
 * @param {number} lengthBytes
 * @param {AbortSignal} signal
 * @returns {Promise<string>} `xxh128:hex`, as the server writes it.
 */
export async function prefixDigest(file, lengthBytes, signal) {
  await loadScript("/lib/xxhash128.js");
  const hasher = await /** @type {any} */ (globalThis).hashwasm.createXXHash128();
  hasher.init();
  for (let at = 0; at < lengthBytes; at += SLICE_BYTES) {
    signal.throwIfAborted();
    const slice = file.slice(at, Math.min(at + SLICE_BYTES, lengthBytes));
    hasher.update(new Uint8Array(await slice.arrayBuffer()));
  }
  return `xxh128:${hasher.digest("hex")}`;
}
