import type { Hono } from "hono";
import type { GatewayContext } from "../gateway_context.ts";
import { eventStream } from "./event_stream.ts";
import type { LiveHub } from "./live_hub.ts";

/**
 * Adds the stream of live events (docs/web.md §6).
 *
 * @returns Ends all streams.
 */
export function addEventRoutes(app: Hono, gateway: GatewayContext, hub: LiveHub): () => void {
  const open = new Set<() => void>();
  app.get("/api/events", (context) => {
    const headers = {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-store, no-transform",
    };
    if (context.req.raw.method === "HEAD") return new Response(null, { headers });
    const giveBack = gateway.eventStreams.take();
    const { stream, close } = eventStream(hub, gateway.limits.heartbeatMs, () => {
      open.delete(close);
      giveBack();
    });
    open.add(close);
    return new Response(stream, { headers });
  });
  return () => {
    for (const close of open) close();
  };
}
