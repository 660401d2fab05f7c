import type { Hono } from "hono";
import { escapeText } from "#protocol/escape_text.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { errorResponse, tellError } from "./error_response.ts";

/**
 * Has an app answer what it does not know, and what fails in it, as docs/web.md §2 says.
 *
 * @param app The app.
 * @param onFault Told of a fault of this program; gives the id under which its log has the cause.
 */
export function answerFailures(app: Hono, onFault: (error: unknown) => string): void {
  app.notFound((context) => {
    const path = escapeText(context.req.path);
    const message = `Cannot ${escapeText(context.req.method)} "${path}": there is no such address`;
    return errorResponse(tellError(new SluiceError("not_found", message), onFault));
  });
  app.onError((error, context) => {
    const answer = errorResponse(tellError(error, onFault));
    return context.req.raw.method === "HEAD" ? new Response(null, answer) : answer;
  });
}
