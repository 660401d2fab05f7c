import { encodeControl, FrameType } from "#protocol/frame.ts";
import { AGENT, PREFACE_BYTES, PROTOCOL_VERSION } from "#protocol/limits.ts";
import { encodePreface, judgePreface } from "#protocol/preface.ts";
import { WelcomeSchema } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, onAbort } from "./abort.ts";
import { formatServerAddress } from "./address.ts";
import { cannotReach, closedError, connectionError, peerError } from "./connection_errors.ts";
import { Connection } from "./connection.ts";
import { decodeReply } from "./decode_reply.ts";
import type { ServerAddress } from "./types.ts";

type Socket = Deno.TcpConn | Deno.TlsConn;

/** How a connection is opened. */
export interface OpenOptions {
  readonly connectTimeoutMs: number;
  readonly replyTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Access token, if there is one. */
  readonly token?: string | undefined;
}

/**
 * Connects, and exchanges prefaces and hellos.
 *
 * @param server Where to.
 * @param options Deadlines and signal.
 * @returns An open connection, which the caller closes.
 * @throws {SluiceError} `unreachable`, `busy`, `unsupported_version`, `protocol_error`, `cancelled`,
 * `token_required`, `token_refused`.
 */
export async function openConnection(
  server: ServerAddress,
  options: OpenOptions,
): Promise<Connection> {
  // Not by setTimeout, whose first call loads Node's timers: a fifth of what `list` takes.
  const deadline = AbortSignal.timeout(options.connectTimeoutMs);
  const signal = options.signal === undefined
    ? deadline
    : AbortSignal.any([options.signal, deadline]);
  try {
    const { hostname, port } = server;
    const socket = await Deno.connect({ hostname, port, signal });
    return await greet(socket, server, { ...options, signal });
  } catch (error) {
    if (options.signal?.aborted) {
      throw cancelledError(`connect to ${formatServerAddress(server)}`, options.signal);
    }
    if (deadline.aborted) {
      const why = `no answer within ${options.connectTimeoutMs / 1000} s`;
      throw new SluiceError("unreachable", cannotReach(server, why), { cause: error });
    }
    throw connectionError(error, server);
  }
}

async function greet(
  plain: Deno.TcpConn,
  server: ServerAddress,
  { replyTimeoutMs, token, signal }: OpenOptions & { readonly signal: AbortSignal },
): Promise<Connection> {
  let socket: Socket = plain;
  let close = (): void => socket.close();
  using watch = onAbort(signal, () => close());
  try {
    plain.setNoDelay(true);
    if (server.tls !== undefined) {
      const { encryptSocket } = await import("./encrypt_socket.ts");
      await encryptSocket(plain, server, (encrypted) => void (socket = encrypted));
    }
    await sendHello(socket, token);
    await readPreface(socket, server);
    // Aborted together with the last read: the socket is closed, and closing it twice is an error.
    signal.throwIfAborted();
    const connection = new Connection(socket, server, replyTimeoutMs);
    close = (): void => connection.close();
    connection.welcome = decodeReply(WelcomeSchema, await connection.awaitWelcome());
    return connection;
  } catch (error) {
    watch[Symbol.dispose]();
    if (!signal.aborted) close();
    throw error;
  }
}

async function sendHello(socket: Socket, token: string | undefined): Promise<void> {
  const hello = encodeControl(FrameType.HELLO, 0, { agent: AGENT, token });
  const bytes = new Uint8Array(PREFACE_BYTES + hello.byteLength);
  bytes.set(encodePreface());
  bytes.set(hello, PREFACE_BYTES);
  let sent = 0;
  while (sent < bytes.byteLength) sent += await socket.write(bytes.subarray(sent));
}

async function readPreface(socket: Socket, server: ServerAddress): Promise<void> {
  const preface = new Uint8Array(PREFACE_BYTES);
  let filled = 0;
  for (;;) {
    const read = await socket.read(preface.subarray(filled));
    if (read === null) throw closedError(server);
    filled += read;
    const verdict = judgePreface(preface.subarray(0, filled));
    if (verdict.kind === "incomplete") continue;
    if (verdict.kind === "tls") {
      throw peerError(server, "it encrypts its connections; say --tls, or tls://HOST:PORT");
    }
    if (verdict.kind !== "sluice") throw peerError(server, "it is not a Sluice server");
    if (verdict.version === PROTOCOL_VERSION) return;
    throw new SluiceError(
      "unsupported_version",
      `Cannot talk to ${formatServerAddress(server)}: it speaks version ${verdict.version} of ` +
        `the protocol, this client version ${PROTOCOL_VERSION}`,
    );
  }
}
