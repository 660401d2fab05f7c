/** Bytes of a file that a request asks for. */
export interface ByteRange {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/**
 * Reads a `Range` header (RFC 9110 §14.1.2).
 *
 * @param header Its value.
 * @param sizeBytes Size of the file.
 * @returns One range; `"unsatisfiable"` when it lies past the end; `undefined` when the whole is to be sent: no header,
 * another unit, not well-formed, or several ranges, which a server may ignore (§14.2).
 */
export function parseByteRange(
  header: string | undefined,
  sizeBytes: number,
): ByteRange | "unsatisfiable" | undefined {
  const match = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? "");
  const [first, last] = [match?.[1] ?? "", match?.[2] ?? ""];
  if (first === "" && last === "") return undefined;
  if (first === "") return suffix(Number(last), sizeBytes);
  const start = Number(first);
  const end = last === "" ? Infinity : Number(last);
  if (end < start) return undefined;
  if (start >= sizeBytes) return "unsatisfiable";
  return { offsetBytes: start, lengthBytes: Math.min(end, sizeBytes - 1) - start + 1 };
}

function suffix(wanted: number, sizeBytes: number): ByteRange | "unsatisfiable" {
  const lengthBytes = Math.min(wanted, sizeBytes);
  if (lengthBytes === 0) return "unsatisfiable";
  return { offsetBytes: sizeBytes - lengthBytes, lengthBytes };
}
