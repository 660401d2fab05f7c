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
  /** Those with earlier certificates, while their last requests are served. */
  readonly #ending = new Set<Promise<void>>();
  #isEnding = false;

  /**
   * @param options Where, and what.
   * @throws {Deno.errors.AddrInUse} When the port is taken.
   */
  constructor(options: RenewableHttpOptions) {
    this.#options = options;
    this.#server = serve(options);
    this.addr = this.#server.addr;
  }

  /**
   * Takes another certificate for new connections.
   *
   * @param tls A certificate that was checked.
   */
  async renew(tls: TlsCertificate): Promise<void> {
    this.#end();
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
  return Deno.serve(
    { hostname, port, signal, onListen: () => {}, ...tls },
    (request, { remoteAddr }) => fetch(request, remoteAddr.hostname),
  );
}
