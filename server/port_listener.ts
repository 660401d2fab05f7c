import type { TlsCertificate } from "#protocol/tls_certificate.ts";

/** Between two tries to take the port again. */
const REOPEN_MS = 100;

/** Where to listen. */
export interface PortListenerOptions {
  readonly hostname: string;
  readonly port: number;
  /** Whether other processes listen on the same port. */
  readonly reusePort: boolean;
  /** `undefined` for connections that are not encrypted. */
  readonly tls: TlsCertificate | undefined;
}

/**
 * Listens on a port, encrypted or not, and takes another certificate while it does. A listener has one certificate
 * for its life, so it is closed and opened again; connections that it has accepted go on. For less than a
 * millisecond the port is closed, and who connects just then is refused and has to try again.
 */
export class PortListener {
  readonly addr: Deno.NetAddr;
  readonly #options: PortListenerOptions;
  #listener: Deno.Listener<Deno.TcpConn | Deno.TlsConn, Deno.NetAddr>;
  #tls: TlsCertificate | undefined;
  #isRenewing = false;
  #isClosed = false;

  /**
   * @param options Where, and how.
   * @throws {Deno.errors.AddrInUse} When the port is taken.
   */
  constructor(options: PortListenerOptions) {
    this.#options = options;
    this.#tls = options.tls;
    this.#listener = listen(options, options.tls);
    this.addr = this.#listener.addr;
  }

  /** Waits for a connection; only one wait at a time. Rejects when it is closed. */
  async accept(): Promise<Deno.TcpConn | Deno.TlsConn> {
    for (;;) {
      try {
        return await this.#listener.accept();
      } catch (error) {
        if (!this.#isRenewing || this.#isClosed) throw error;
        // The port is free when nobody accepts any more, so not before this.
        await this.#reopen();
      }
    }
  }

  /**
   * Takes another certificate for connections that come from now on.
   *
   * @param tls A certificate that was checked.
   */
  renew(tls: TlsCertificate): void {
    if (this.#isClosed || this.#tls === undefined) return;
    this.#tls = tls;
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    this.#listener.close();
  }

  /** Accepts no more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#isRenewing) this.#listener.close();
  }

  async #reopen(): Promise<void> {
    for (;;) {
      try {
        this.#listener = listen({ ...this.#options, port: this.addr.port }, this.#tls);
        this.#isRenewing = false;
        return;
      } catch (error) {
        if (!(error instanceof Deno.errors.AddrInUse)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, REOPEN_MS));
      if (this.#isClosed) throw new Deno.errors.BadResource("the listener is closed");
    }
  }
}

function listen(
  { hostname, port, reusePort }: PortListenerOptions,
  tls: TlsCertificate | undefined,
): Deno.Listener<Deno.TcpConn | Deno.TlsConn, Deno.NetAddr> {
  // To say `reusePort: false` is unstable, too.
  const place = { hostname, port, ...(reusePort ? { reusePort } : {}) };
  return tls === undefined ? Deno.listen(place) : Deno.listenTls({ ...place, ...tls });
}
