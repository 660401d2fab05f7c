import type { Context, Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import * as v from "valibot";
import { MAX_TOKEN_LENGTH } from "#protocol/limits.ts";
import { readJson } from "../http/read_json.ts";
import type { SharedContext } from "./visitor.ts";
import type { Visitors } from "./visitors.ts";

const LoginSchema = v.object({
  token: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_TOKEN_LENGTH)),
});

/** Only calls need it; not the page. */
const COOKIE_PATH = "/api";

/**
 * Adds logging in and out (docs/web.md §2). That no other site makes a browser do it is seen to by the request guard
 * and by `SameSite=Strict`.
 */
export function addSessionRoutes(app: Hono, shared: SharedContext, visitors: Visitors): void {
  app.get("/api/session", (context) => {
    const { raw } = context.req;
    const id = sessionIdOf(context);
    return visitors.answer(raw, id, async (visitor) => {
      const role = await visitor.role(raw.signal);
      const isSignedIn = id !== undefined && visitors.sessions.visitorOf(id) !== undefined;
      return Response.json({ role, isSignedIn });
    });
  });
  const logIn = async (context: Context): Promise<Response> => {
    const { raw } = context.req;
    const { token } = await readJson(raw, LoginSchema, shared.limits.jsonBytes);
    const { id, role } = await visitors.logIn(token, raw.signal);
    // Who logs in again has no use for the session before.
    const before = sessionIdOf(context);
    if (before !== undefined) visitors.sessions.end(before);
    setCookie(context, nameOf(context), id, {
      path: COOKIE_PATH,
      httpOnly: true,
      sameSite: "Strict",
      secure: (shared.publicOrigin ?? raw.url).startsWith("https:"),
      maxAge: Math.floor(shared.limits.sessions.lifeMs / 1000),
    });
    return context.json({ role, isSignedIn: true }, 201);
  };
  app.post(
    "/api/session",
    (context) => shared.logins.attempt(context.req.raw, () => logIn(context)),
  );
  app.delete("/api/session", (context) => {
    const id = sessionIdOf(context);
    if (id !== undefined) visitors.sessions.end(id);
    deleteCookie(context, nameOf(context), { path: COOKIE_PATH });
    return context.json({});
  });
}

/** The session of a request; undefined when it has none. */
export function sessionIdOf(context: Context): string | undefined {
  return getCookie(context, nameOf(context));
}

/** Cookies do not tell ports apart (RFC 6265 §8.5): gateways beside each other take other names. */
function nameOf(context: Context): string {
  return `sluice_session_${new URL(context.req.url).port || "80"}`;
}
