/** Which way bytes go: `up` from client to server. */
export type TrafficWay = "up" | "down";

/** Bytes of one direction on their way through a relay; sees them piece by piece, in order. */
export type Passage = (bytes: Uint8Array, way: Way) => Promise<void>;

/** Where a passage sends bytes on to. */
export interface Way {
  /** Sends bytes on. */
  send(bytes: Uint8Array): Promise<void>;
  /** Tells the receiver that nothing more comes; the other direction goes on. */
  end(): Promise<void>;
  /** Closes both sides at once. */
  cut(): void;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<void>;
}

/** What happens to the bytes of one connection; a direction left out passes them as they are. */
export interface Passages {
  /** Client to server. */
  readonly up?: Passage;
  /** Server to client. */
  readonly down?: Passage;
}

/** An address to connect to. */
export interface RelayTarget {
  readonly hostname: string;
  readonly port: number;
}

const PIECE_BYTES = 64 * 1024;
const pass: Passage = (bytes, way) => way.send(bytes);

/**
 * Stands between a client and a server and does to their bytes what a test says. Its own port stays
 * the same while servers come and go; connections that come while there is no server wait for one.
 */
export class TcpRelay implements AsyncDisposable {
  readonly hostname = "127.0.0.1";
  readonly port: number;
  /** Asked for each connection, counted from 1. */
  passages: (connection: number) => Passages = () => ({});
  readonly #listener: Deno.TcpListener;
  readonly #links = new Set<Link>();
  readonly #running: Promise<void>[] = [];
  #target: PromiseWithResolvers<RelayTarget | undefined> = Promise.withResolvers();
  #connections = 0;

  /** @param target Where bytes go; may be set later. */
  constructor(target?: RelayTarget) {
    this.#listener = Deno.listen({ hostname: this.hostname, port: 0 });
    this.port = this.#listener.addr.port;
    if (target !== undefined) this.connectTo(target);
    this.#running.push(this.#accept());
  }

  /** `127.0.0.1:PORT`, as the client's `--server` takes it. */
  get address(): string {
    return `${this.hostname}:${this.port}`;
  }

  /** Connections so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Sends new connections, and those that wait, to a server. */
  connectTo(target: RelayTarget): void {
    this.disconnect();
    this.#target.resolve({ hostname: target.hostname, port: target.port });
  }

  /** Lets new connections wait for the next server. */
  disconnect(): void {
    const next = Promise.withResolvers<RelayTarget | undefined>();
    this.#target.resolve(next.promise);
    this.#target = next;
  }

  /** Closes all connections at once. */
  cutAll(): void {
    for (const link of this.#links) link.cut();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.#target.resolve(undefined);
    this.cutAll();
    await Promise.all(this.#running);
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) {
      const link = new Link(client, this.passages(++this.#connections));
      this.#links.add(link);
      this.#running.push(link.run(this.#target.promise).finally(() => this.#links.delete(link)));
    }
  }
}

/** One connection through the relay. */
class Link {
  readonly #client: Deno.TcpConn;
  readonly #passages: Passages;
  readonly #closed = Promise.withResolvers<void>();
  #server: Deno.TcpConn | undefined;
  #isCut = false;

  constructor(client: Deno.TcpConn, passages: Passages) {
    this.#client = client;
    this.#passages = passages;
  }

  /** Relays until both directions have ended or the link is cut; never rejects. */
  async run(target: Promise<RelayTarget | undefined>): Promise<void> {
    try {
      const address = await target;
      if (address === undefined || this.#isCut) return;
      const server = await Deno.connect(address);
      if (this.#isCut) return server.close();
      this.#server = server;
      this.#client.setNoDelay(true);
      server.setNoDelay(true);
      await Promise.all([
        this.#pump(this.#client, server, this.#passages.up ?? pass),
        this.#pump(server, this.#client, this.#passages.down ?? pass),
      ]);
    } catch {
      // One side is gone; the other one learns it from the cut.
    } finally {
      this.cut();
    }
  }

  cut(): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.#client.close();
    this.#server?.close();
    this.#closed.resolve();
  }

  async #pump(from: Deno.TcpConn, to: Deno.TcpConn, passage: Passage): Promise<void> {
    const way: Way = {
      send: (bytes) => writeAll(to, bytes),
      end: () => to.closeWrite(),
      cut: () => this.cut(),
      closed: this.#closed.promise,
    };
    try {
      for (;;) {
        const piece = new Uint8Array(PIECE_BYTES);
        const read = await from.read(piece);
        if (read === null) return await way.end();
        await passage(piece.subarray(0, read), way);
      }
    } catch (error) {
      this.cut();
      throw error;
    }
  }
}

async function writeAll(to: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength;) at += await to.write(bytes.subarray(at));
}
