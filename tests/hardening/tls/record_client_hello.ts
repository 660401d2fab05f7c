/**
 * Gives what a real client of TLS says first.
 *
 * @returns Its record, whole.
 */
export async function recordClientHello(): Promise<Uint8Array> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const socket = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using encrypted = await Deno.startTls(socket, { hostname: "127.0.0.1" });
  // It gets no answer, and fails when it is closed.
  encrypted.handshake().catch(() => {});
  using conn = await accepted;
  const bytes = new Uint8Array(16 * 1024);
  let filled = 0;
  // RFC 8446 §5.1: a record says its length in its last two of five bytes.
  while (filled < 5 || filled < 5 + new DataView(bytes.buffer).getUint16(3)) {
    filled += await conn.read(bytes.subarray(filled)) ?? 0;
  }
  return bytes.slice(0, filled);
}
