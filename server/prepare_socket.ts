/** Why a connection was closed whose peer does not encrypt as it should, for the log. */
export const NO_TLS =
  "it made no TLS connection: another protocol, or it does not trust the certificate";

/**
 * Makes an accepted connection ready: small answers leave at once, and an encrypted one has agreed on keys.
 *
 * @param conn The connection.
 * @returns Whether the peer can be talked to.
 */
export async function prepareSocket(conn: Deno.TcpConn | Deno.TlsConn): Promise<boolean> {
  if (!("handshake" in conn)) {
    conn.setNoDelay(true);
    return true;
  }
  try {
    await conn.handshake();
    return true;
  } catch {
    // Whoever knocks can cause this; it is told by an alert of TLS, the log by who calls.
    return false;
  }
}
