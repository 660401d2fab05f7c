import { getLogger } from "@logtape/logtape";

/** Connections at once; further ones are closed. */
const MAX_CONNECTIONS = 16;
/** From accept to the last byte of the answer, in ms. */
const DEADLINE_MS = 5_000;
const MAX_HEAD_BYTES = 16 * 1024;

/** An answer over HTTP. */
export interface HttpAnswer {
  readonly status: 200 | 400 | 404 | 405 | 503;
  readonly contentType: string;
  readonly body: string;
}

/** What is asked for. */
export interface HttpQuestion {
  readonly path: string;
  /** The header `Accept`. */
  readonly accept: string | undefined;
}

const REASONS: Readonly<Record<HttpAnswer["status"], string>> = {
  200: "OK",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  503: "Service Unavailable",
};

/**
 * A small HTTP/1.1 listener for collectors: GET and HEAD, one request a connection, few connections, and a
 * deadline over all of it, so that nobody can hold it up.
 */
export class MetricsServer implements Disposable {
  readonly hostname: string;
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #answer: (question: HttpQuestion) => HttpAnswer;
  readonly #open = new Set<Deno.TcpConn>();
  #isClosed = false;

  /**
   * Listens at once.
   *
   * @param address Where; port 0 takes a free one.
   * @param answer Answers a question.
   * @throws {Deno.errors.AddrInUse} When the port is taken.
   */
  constructor(
    address: { readonly hostname: string; readonly port: number },
    answer: (question: HttpQuestion) => HttpAnswer,
  ) {
    this.#listener = Deno.listen({ ...address });
    this.hostname = this.#listener.addr.hostname;
    this.port = this.#listener.addr.port;
    this.#answer = answer;
    void this.#accept();
  }

  /** Closes the port and all connections. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener.close();
    for (const conn of this.#open) closeQuietly(conn);
  }

  async #accept(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const conn = await this.#listener.accept();
        if (this.#open.size >= MAX_CONNECTIONS) conn.close();
        else void this.#serve(conn);
      } catch (error) {
        if (this.#isClosed) return;
        getLogger(["sluice", "metrics"]).warn("cannot accept: {reason}", { reason: String(error) });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async #serve(conn: Deno.TcpConn): Promise<void> {
    this.#open.add(conn);
    const deadline = setTimeout(() => closeQuietly(conn), DEADLINE_MS);
    try {
      const head = await readHead(conn);
      if (head === undefined) return;
      await writeAll(conn, this.#respond(head));
      // What the client may still send is read, so that no reset takes the answer away.
      await conn.closeWrite();
      const sink = new Uint8Array(4096);
      while (await conn.read(sink) !== null);
    } catch {
      // It left, or was too slow: there is nobody to tell.
    } finally {
      clearTimeout(deadline);
      this.#open.delete(conn);
      closeQuietly(conn);
    }
  }

  #respond(head: string): Uint8Array {
    const [requestLine = "", ...lines] = head.split("\r\n");
    const match = /^([A-Z]+) (\/[^ ?]*)(?:\?[^ ]*)? HTTP\/1\.[01]$/.exec(requestLine);
    const method = match?.[1];
    const isHead = method === "HEAD";
    const answer = match === null
      ? plain(400, "This port answers GET /metrics and GET /healthz.\n")
      : method !== "GET" && !isHead
      ? plain(405, "Only GET and HEAD are answered here.\n")
      : this.#answer({ path: match[2] ?? "/", accept: headerOf(lines, "accept") });
    const body = encoder.encode(answer.body);
    const allow = answer.status === 405 ? "Allow: GET, HEAD\r\n" : "";
    const headers = encoder.encode(
      `HTTP/1.1 ${answer.status} ${REASONS[answer.status]}\r\n` +
        `Content-Type: ${answer.contentType}\r\nContent-Length: ${body.byteLength}\r\n` +
        `Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n${allow}Connection: close\r\n\r\n`,
    );
    if (isHead) return headers;
    const whole = new Uint8Array(headers.byteLength + body.byteLength);
    whole.set(headers);
    whole.set(body, headers.byteLength);
    return whole;
  }
}

/** An answer in plain text. */
export function plain(status: HttpAnswer["status"], body: string): HttpAnswer {
  return { status, contentType: "text/plain; charset=utf-8", body };
}

const encoder = new TextEncoder();

/** Reads up to the empty line; `undefined` when it does not come within the limit. */
async function readHead(conn: Deno.TcpConn): Promise<string | undefined> {
  const decoder = new TextDecoder("latin1");
  const bytes = new Uint8Array(MAX_HEAD_BYTES);
  for (let filled = 0; filled < bytes.byteLength;) {
    const count = await conn.read(bytes.subarray(filled));
    if (count === null) return undefined;
    filled += count;
    const text = decoder.decode(bytes.subarray(0, filled));
    const end = text.indexOf("\r\n\r\n");
    if (end !== -1) return text.slice(0, end);
  }
  return undefined;
}

function headerOf(lines: readonly string[], name: string): string | undefined {
  const values = lines.filter((line) => line.toLowerCase().startsWith(`${name}:`))
    .map((line) => line.slice(name.length + 1).trim());
  return values.length === 0 ? undefined : values.join(", ");
}

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength;) at += await conn.write(bytes.subarray(at));
}

function closeQuietly(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch {
    // Closed already, by the deadline or the peer.
  }
}
