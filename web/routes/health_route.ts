import type { Hono } from "hono";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { GatewayContext } from "../gateway_context.ts";

/** Longest wait for the file server. */
const PING_TIMEOUT_MS = 2_000;

/** Adds `GET /healthz`: whether this gateway and the file server behind it answer. */
export function addHealthRoute(app: Hono, { client }: GatewayContext): void {
  app.get("/healthz", async (context) => {
    try {
      await client.ping({ signal: AbortSignal.timeout(PING_TIMEOUT_MS) });
      return context.json({ status: "ok" });
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      return context.json({ status: "no file server", code: error.code }, 503);
    }
  });
}
