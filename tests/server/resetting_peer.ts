import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { encodeControl, FrameType } from "#protocol/frame.ts";
import { encodePreface } from "#protocol/preface.ts";
import { withDeadline } from "#tests/support/deadline.ts";

/** A client that can reset its connection; `Deno.Conn` always closes in order. */
export class ResettingPeer {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Connects and sends preface and HELLO. */
  static async greet(
    server: { readonly hostname: string; readonly port: number },
  ): Promise<ResettingPeer> {
    const socket = connect(server.port, server.hostname);
    await withDeadline(once(socket, "connect"), "the connection");
    socket.on("error", () => {
      // The server may close first; these tests look at the server only.
    });
    const peer = new ResettingPeer(socket);
    await peer.send(encodePreface());
    await peer.send(encodeControl(FrameType.HELLO, 0, { agent: "resetting-peer" }));
    return peer;
  }

  /** Sends bytes as they are. */
  async send(bytes: Uint8Array): Promise<void> {
    const sent = Promise.withResolvers<void>();
    this.#socket.write(bytes, () => sent.resolve());
    await withDeadline(sent.promise, "the server to take bytes");
  }

  /** Sends a request. */
  async begin(type: FrameType, requestId: number, payload: unknown): Promise<void> {
    await this.send(encodeControl(type, requestId, payload));
  }

  /** Ends the connection with a TCP reset. */
  async reset(): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.resetAndDestroy();
    await withDeadline(closed, "the end of the socket");
  }
}
