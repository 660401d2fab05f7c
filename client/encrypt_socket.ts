import { SluiceError } from "#protocol/sluice_error.ts";
import { formatServerAddress } from "./address.ts";
import { cannotReach } from "./connection_errors.ts";
import type { ServerAddress } from "./types.ts";

/**
 * Agrees with a server on encryption, and makes sure that it is the one that is meant.
 *
 * @param socket Connected; it must not be used any more.
 * @param server Its address, and whom to trust.
 * @param onOpen Told of the encrypted socket before the server has answered, so that it can be closed meanwhile.
 * @returns The encrypted socket.
 * @throws {SluiceError} `permission_denied` when its certificate does not hold, `protocol_error` when it does not
 * speak TLS.
 */
export async function encryptSocket(
  socket: Deno.TcpConn,
  server: ServerAddress,
  onOpen: (socket: Deno.TlsConn) => void,
): Promise<Deno.TlsConn> {
  const ca = server.tls?.ca;
  const encrypted = await Deno.startTls(socket, {
    hostname: server.hostname,
    ...(ca === undefined ? {} : { caCerts: [ca] }),
  });
  onOpen(encrypted);
  try {
    await encrypted.handshake();
  } catch (error) {
    throw handshakeError(error, server);
  }
  return encrypted;
}

/** Names what went wrong, in words of a person; other errors are those of any connection. */
function handshakeError(error: unknown, server: ServerAddress): unknown {
  if (!(error instanceof Deno.errors.InvalidData)) return error;
  const { message } = error;
  const distrust = distrustOf(message, server);
  if (distrust !== undefined) {
    const act = `Cannot trust ${formatServerAddress(server)}`;
    return new SluiceError("permission_denied", `${act}: ${distrust}`, { cause: error });
  }
  const isPlain = /corrupt message|ProtocolVersion|protocol version/i.test(message);
  const why = isPlain
    ? "it does not encrypt its connections, as a server without --tls-cert; leave out --tls"
    : `they could not agree on encryption: ${message}`;
  return new SluiceError("protocol_error", cannotReach(server, why), { cause: error });
}

function distrustOf(message: string, { hostname }: ServerAddress): string | undefined {
  if (/UnknownIssuer|UnknownCA|BadSignature/i.test(message)) {
    return "nobody that you trust has signed its certificate; name it, or who signed it, with --ca FILE";
  }
  if (/not valid for name|NotValidForName/i.test(message)) {
    return `its certificate is not for "${hostname}"`;
  }
  if (/not valid yet|NotValidYet/i.test(message)) {
    return "its certificate is not valid yet; is your clock right?";
  }
  if (/Expired/i.test(message)) return "its certificate has expired";
  if (/CaUsedAsEndEntity/i.test(message)) {
    return "its certificate is made for signing others; make one with basicConstraints CA:FALSE";
  }
  return /invalid peer certificate/i.test(message) ? message : undefined;
}
