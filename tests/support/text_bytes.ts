/**
 * Makes text that zstd shrinks to less than a quarter.
 *
 * @param sizeBytes How many bytes.
 * @returns A fresh array, the same for the same size.
 */
export function textBytes(sizeBytes: number): Uint8Array<ArrayBuffer> {
  const lines: string[] = [];
  for (let number = 0, length = 0; length < sizeBytes; number++) {
    const line = `${number}: the worker took request ${(number * 7919) % 100_003} and served it\n`;
    lines.push(line);
    length += line.length;
  }
  return new TextEncoder().encode(lines.join("")).slice(0, sizeBytes);
}
