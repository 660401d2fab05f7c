/** What is smaller may be a piece of a pool that others share, and is soon collected. */
const LARGE_BYTES = 128 * 1024;

/**
 * Gives the memory of an array back at once. Left to the garbage collector, one array for each frame of a
 * stream adds up to 70 MB and more before it looks, and fresh memory costs more time than zstd does.
 *
 * @param bytes What nobody uses any more, nor anything else in its buffer; empty afterwards, when it was large.
 */
export function releaseBytes(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= LARGE_BYTES) buffer.transfer(0);
}
