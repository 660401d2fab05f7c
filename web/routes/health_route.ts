import type { Hono } from "hono";
import { SluiceError } from "#client/mod.ts";

/** Longest wait for the file server. */
const ASK_TIMEOUT_MS = 2_000;

/** What a look at the file server found. */
interface Health {
  readonly status: "ok" | "no file server";
  readonly code?: string;
}

const HEALTHY: Health = { status: "ok" };

/**
 * Adds `GET /healthz`, for everybody: whether this gateway and the file server behind it answer. One that asks for
 * an access token answers, too.
 *
 * @param app Where.
 * @param ask Calls the file server with no token, or remembers its answer.
 */
export function addHealthRoute(app: Hono, ask: () => Promise<void>): void {
  let looking: Promise<Health> | undefined;
  app.get("/healthz", async (context) => {
    // Each look is a call of the file server: all who ask meanwhile share it.
    looking ??= look(ask).finally(() => looking = undefined);
    const health = await looking;
    return context.json(health, health.status === "ok" ? 200 : 503);
  });
}

async function look(ask: () => Promise<void>): Promise<Health> {
  const { promise: tooLate, resolve: giveUp } = Promise.withResolvers<Health>();
  const timer = setTimeout(
    () => giveUp({ status: "no file server", code: "timeout" }),
    ASK_TIMEOUT_MS,
  );
  try {
    return await Promise.race([ask().then(() => HEALTHY), tooLate]);
  } catch (error) {
    if (error instanceof SluiceError) {
      if (error.code === "token_required") return HEALTHY;
      return { status: "no file server", code: error.code };
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
