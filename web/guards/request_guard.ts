import type { MiddlewareHandler } from "hono";
import { HttpRefusal } from "../http/error_response.ts";

/** What a request is judged by. */
export interface GuardOptions {
  /** Whether a value of `Host` is the gateway's own; asked with each request. */
  readonly isOwnHost: (host: string) => boolean;
  /** Where browsers come when a proxy is in front; its name in `Host` is the gateway's own, too. */
  readonly publicOrigin?: string | undefined;
  /** Bytes of all headers. */
  readonly headerBytes: number;
}

/**
 * Refuses requests that came by another name, that another site makes a browser send, or whose headers are too long.
 * Programs that are no browser send neither `Origin` nor `Sec-Fetch-Site`, and are let in.
 */
export function requestGuard(
  { isOwnHost, publicOrigin, headerBytes }: GuardOptions,
): MiddlewareHandler {
  const publicHost = publicOrigin === undefined ? undefined : new URL(publicOrigin).host;
  return async (context, next) => {
    const { headers } = context.req.raw;
    const url = new URL(context.req.url);
    // Over HTTPS browsers speak HTTP/2, which names the host in its address only (RFC 9113 §8.3.1).
    const host = headers.get("host") ?? (url.protocol === "https:" ? url.host : "");
    const isPublic = host.toLowerCase() === publicHost;
    if (!isPublic && !isOwnHost(host)) {
      const why = "it is not a name of this gateway";
      throw new HttpRefusal(421, "permission_denied", `Cannot answer for that host: ${why}`);
    }
    let bytes = context.req.url.length;
    for (const [name, value] of headers) bytes += name.length + value.length;
    if (bytes > headerBytes) {
      const why = `its headers are over ${headerBytes} bytes`;
      throw new HttpRefusal(431, "too_large", `Cannot read the request: ${why}`);
    }
    if (context.req.path.startsWith("/api/")) {
      // A proxy may keep the name in Host or not; the browser's Origin comes through as it is.
      const own = isPublic ? undefined : `${url.protocol}//${host.toLowerCase()}`;
      requireOwnPage(headers, [own, publicOrigin]);
    }
    await next();
  };
}

function requireOwnPage(headers: Headers, own: readonly (string | undefined)[]): void {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  const isOwnOrigin = origin === null || own.includes(origin.toLowerCase());
  const isOwnSite = site === null || site === "same-origin" || site === "none";
  if (isOwnOrigin && isOwnSite) return;
  throw new HttpRefusal(
    403,
    "permission_denied",
    "Cannot answer: another site makes the browser ask",
  );
}
