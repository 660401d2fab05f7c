import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { RelayTarget } from "#tests/support/tcp_relay.ts";

/** What a line does to the bytes of one direction. */
export interface LineFault {
  readonly kind: "reset" | "halfClose" | "truncate" | "delay";
  readonly way: "up" | "down";
  /** Bytes of that direction that pass before. */
  readonly afterBytes: number;
}

/** How long a delayed piece waits. */
const DELAY_MS = 15;

/** A line between clients and a server that breaks as it is told; unlike a `Deno.Conn` it can reset. */
export class FaultyProxy implements AsyncDisposable {
  readonly hostname = "127.0.0.1";
  readonly port: number;
  /** What happens to the next connection. */
  #faults: LineFault[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, target: RelayTarget) {
    this.#server = server;
    const address = server.address();
    this.port = typeof address === "object" && address !== null ? address.port : 0;
    server.on("connection", (client) => this.#join(client, target));
  }

  /** Begins to listen. */
  static async start(target: RelayTarget): Promise<FaultyProxy> {
    // Each side may go on when the other one has ended: that is what a half-close is about.
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new FaultyProxy(server, target);
  }

  /** Says what happens to the connections that come next, one after the other; then nothing. */
  plan(faults: readonly LineFault[]): void {
    this.#faults = [...faults];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(client: Socket, target: RelayTarget): void {
    const fault = this.#faults.shift();
    const server = connect({ host: target.hostname, port: target.port, allowHalfOpen: true });
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {
        // The other side of it learns of it below.
      });
      socket.on("close", () => this.#sockets.delete(socket));
    }
    client.on("close", () => server.destroy());
    server.on("close", () => client.destroySoon());
    this.#pump(client, server, fault?.way === "up" ? fault : undefined);
    this.#pump(server, client, fault?.way === "down" ? fault : undefined);
  }

  #pump(from: Socket, to: Socket, fault: LineFault | undefined): void {
    let passed = 0;
    let isOver = false;
    from.on("end", () => isOver || to.end());
    from.on("data", (bytes: Uint8Array) => {
      if (isOver) return;
      const left = (fault?.afterBytes ?? Infinity) - passed;
      passed += bytes.byteLength;
      if (bytes.byteLength < left) return write(from, to, bytes);
      if (fault?.kind === "delay") {
        from.pause();
        return void setTimeout(() => (from.resume(), write(from, to, bytes)), DELAY_MS);
      }
      isOver = true;
      to.write(bytes.subarray(0, Math.max(0, left)));
      if (fault?.kind === "halfClose") to.end();
      else if (fault?.kind === "truncate") (to.end(), from.end());
      else (to.resetAndDestroy(), from.resetAndDestroy());
    });
  }
}

function write(from: Socket, to: Socket, bytes: Uint8Array): void {
  if (to.write(bytes)) return;
  from.pause();
  to.once("drain", () => from.resume());
}
