import type { Context, Hono } from "hono";
import { CHECKSUM_ALGORITHMS } from "#protocol/digest_algorithm.ts";
import { MAX_LIST_ENTRIES } from "#protocol/limits.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import type { GatewayContext } from "../gateway_context.ts";
import { type GetQuery, queryNumber, querySwitch, queryText, queryWord } from "../http/query.ts";

/** Adds what only looks (docs/web.md §3). */
export function addLookRoutes(app: Hono, { client, server }: GatewayContext): void {
  app.get("/api/list", async (context) => {
    const query = queryOf(context);
    const path = parseRemotePath(query("path") ?? "");
    const page = await client.listPage(path, {
      after: queryText(query, "after"),
      limit: queryNumber(query, "limit", MAX_LIST_ENTRIES),
      signal: context.req.raw.signal,
    });
    return context.json({ path, ...page });
  });
  app.get("/api/stat", async (context) => {
    const path = context.req.query("path") ?? "";
    return context.json(await client.stat(path, { signal: context.req.raw.signal }));
  });
  app.get("/api/checksum", async (context) => {
    const query = queryOf(context);
    const algorithm = queryWord(query, "algorithm", CHECKSUM_ALGORITHMS, "sha256");
    const { signal } = context.req.raw;
    return context.json(await client.checksum(query("path") ?? "", { algorithm, signal }));
  });
  app.get("/api/history", async (context) => {
    const query = queryOf(context);
    return context.json(
      await client.historyPage({
        limit: queryNumber(query, "limit", MAX_LIST_ENTRIES) ?? 100,
        before: queryNumber(query, "before", Number.MAX_SAFE_INTEGER, 0),
        failed: querySwitch(query, "failed"),
        pattern: queryText(query, "pattern"),
        signal: context.req.raw.signal,
      }),
    );
  });
  app.get("/api/trash", async (context) => {
    const query = queryOf(context);
    return context.json(
      await client.trashPage({
        after: queryText(query, "after"),
        limit: queryNumber(query, "limit", MAX_LIST_ENTRIES),
        signal: context.req.raw.signal,
      }),
    );
  });
  app.get("/api/status", async (context) => {
    const { signal } = context.req.raw;
    const pingMs = Math.round(await client.ping({ signal }) * 1000) / 1000;
    return context.json({ server, pingMs, status: await client.status({ signal }) });
  });
}

function queryOf(context: Context): GetQuery {
  return (name) => context.req.query(name);
}
