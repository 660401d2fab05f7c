import type { Hono } from "hono";
import { SluiceError } from "#client/mod.ts";

/** Longest wait for the file server. */
const ASK_TIMEOUT_MS = 2_000;
/** So long an answer holds for all who ask: each look is a call of the file server. */
const SHARE_MS = 1_000;

/** What a look at the file server found. */
interface Health {
  readonly status: "ok" | "no file server";
  readonly code?: string;
}

/**
 * Adds `GET /healthz`, for everybody: whether this gateway and the file server behind it answer. One that asks for
 * an access token answers, too.
 *
 * @param app Where.
 * @param ask Calls the file server with no token.
 */
export function addHealthRoute(app: Hono, ask: (signal: AbortSignal) => Promise<unknown>): void {
  let latest: Promise<Health> | undefined;
  let askedMs = 0;
  app.get("/healthz", async (context) => {
    const nowMs = performance.now();
    if (latest === undefined || nowMs - askedMs > SHARE_MS) {
      latest = look(ask);
      askedMs = nowMs;
    }
    const health = await latest;
    return context.json(health, health.status === "ok" ? 200 : 503);
  });
}

async function look(ask: (signal: AbortSignal) => Promise<unknown>): Promise<Health> {
  try {
    await ask(AbortSignal.timeout(ASK_TIMEOUT_MS));
    return { status: "ok" };
  } catch (error) {
    if (error instanceof SluiceError) {
      if (error.code === "token_required") return { status: "ok" };
      return { status: "no file server", code: error.code };
    }
    if (error instanceof DOMException) return { status: "no file server", code: "timeout" };
    throw error;
  }
}
