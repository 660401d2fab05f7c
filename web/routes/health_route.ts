import type { Hono } from "hono";
import { SluiceError } from "#client/mod.ts";

/** Longest wait for the file server. */
const ASK_TIMEOUT_MS = 2_000;

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
  let looking: Promise<Health> | undefined;
  app.get("/healthz", async (context) => {
    // Each look is a call of the file server: all who ask meanwhile share it.
    looking ??= look(ask).finally(() => looking = undefined);
    const health = await looking;
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
