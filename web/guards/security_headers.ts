import type { MiddlewareHandler } from "hono";

/** What the page may do: load its own files, talk to its own gateway, run no text as code but WebAssembly. */
export const PAGE_POLICY: string = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** What a file of a person may do when a browser shows it: be looked at, in no origin at all. */
export const FILE_POLICY: string =
  "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

const COMMON: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Frame-Options": "DENY",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
};

/** Adds to every answer what keeps browsers from mistaking it, and a policy where it has none. */
export function securityHeaders(): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const { headers } = context.res;
    for (const [name, value] of Object.entries(COMMON)) headers.set(name, value);
    // Deno would compress what a browser is about to download, and take its length and strong tag away.
    if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store, no-transform");
    if (!headers.has("Content-Security-Policy")) {
      headers.set("Content-Security-Policy", FILE_POLICY);
    }
  };
}
