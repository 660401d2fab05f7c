import type { TlsCertificate } from "#protocol/tls_certificate.ts";

/** Between two tries to take the port again. */
const REOPEN_MS = 20;

/** Where to serve, and what. */
export interface RenewableHttpOptions {
  readonly hostname: string;
  readonly port: number;
  /** `undefined` for HTTP without encryption. */
  readonly tls: TlsCertificate | undefined;
  /** Ends all connections at once. */
  readonly signal: AbortSignal;
  readonly fetch: (request: Request, address: string) => Response | Promise<Response>;
}

/** Serves HTTP or HTTPS, and takes another certificate while it does; connections that are open go on. */
export class RenewableHttp {
  readonly addr: Deno.NetAddr;
  readonly #options: RenewableHttpOptions;
  #server: Deno.HttpServer<Deno.NetAddr>;
  /** What new connections are served with. */
  #tls: TlsCertificate | undefined;
  /** Renewals come one behind the other: two at once would take the port from each other. */
  #renewing: Promise<void> = Promise.resolve();
  /** Those with earlier certificates, while their last requests are served. */
  readonly #ending = new Set<Promise<void>>();
  #isEnding = false;

  /**
   * @param options Where, and what.
   * @throws {Deno.errors.AddrInUse} When the port is taken.
   */
  constructor(options: RenewableHttpOptions) {
    this.#options = options;
    this.#tls = options.tls;
    this.#server = serve(options);
    this.addr = this.#server.addr;
  }

  /**
   * Takes another certificate for new connections, behind renewals that are under way.
   *
   * @param read Gives the certificate when its turn has come.
   * @throws {Error} What `read` throws, or what is wrong with the certificate; the one before stays then.
   */
  renew(read: () => Promise<TlsCertificate>): Promise<void> {
    const renewed = this.#renewing.then(async () => await this.#renew(await read()));
    // A failure is told to whoever asked, and is none of the next one.
    this.#renewing = renewed.catch(() => {});
    return renewed;
  }

  async #renew(tls: TlsCertificate): Promise<void> {
    if (this.#isEnding) return;
    this.#end();
    try {
      await this.#open(tls);
      this.#tls = tls;
    } catch (error) {
      await this.#open(this.#tls);
      throw error;
    }
  }

  async #open(tls: TlsCertificate | undefined): Promise<void> {
    const options = { ...this.#options, tls, port: this.addr.port };
    while (!this.#isEnding) {
      try {
        this.#server = serve(options);
        return;
      } catch (error) {
        // The port is free a moment later.
        if (!(error instanceof Deno.errors.AddrInUse)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, REOPEN_MS));
    }
  }

  /** Accepts no more; resolves when the last request was answered. */
  async shutdown(): Promise<void> {
    this.#isEnding = true;
    this.#end();
    await Promise.all(this.#ending);
  }

  #end(): void {
    const server = this.#server;
    const ending = server.shutdown().then(() => server.finished);
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }
}

function serve(
  { hostname, port, tls, signal, fetch }: RenewableHttpOptions,
): Deno.HttpServer<Deno.NetAddr> {
  const cut = new AbortController();
  const server = Deno.serve(
    { hostname, port, signal: cut.signal, onListen: () => {}, ...tls },
    (request, { remoteAddr }) => fetch(request, remoteAddr.hostname),
  );
  // Deno throws where nobody catches it when a server is aborted that has ended.
  const abort = (): void => cut.abort();
  const forget = (): void => signal.removeEventListener("abort", abort);
  signal.addEventListener("abort", abort);
  server.finished.then(forget, forget);
  return server;
}
