/**
 * Writes a `Content-Disposition` (RFC 6266) for a name that may hold anything: an ASCII name that nothing can break out
 * of, and behind it the exact name in the encoding of RFC 8187, which every browser prefers.
 *
 * @param how `attachment` to save, `inline` to show.
 * @param name A well-formed Unicode text.
 * @returns The header's value.
 */
export function contentDisposition(how: "attachment" | "inline", name: string): string {
  // Some programs decode %XX in the plain form, and \ and " end or escape it.
  const plain = name.replace(/[^\x20-\x7e]|["\\%/;]/gu, "_");
  const exact = encodeURIComponent(name.toWellFormed())
    .replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${how}; filename="${plain}"; filename*=UTF-8''${exact}`;
}
