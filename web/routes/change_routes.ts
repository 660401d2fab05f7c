import type { Hono } from "hono";
import * as v from "valibot";
import { CONFLICT_POLICIES } from "#client/mod.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import type { GatewayContext } from "../gateway_context.ts";
import { readJson } from "../http/read_json.ts";

const text = v.pipe(v.string(), v.maxLength(4096));
const id = v.pipe(v.string(), v.maxLength(100));

const MkdirSchema = v.object({ path: text, parents: v.optional(v.boolean(), false) });
const RenameSchema = v.object({ from: text, to: text });
const RestoreSchema = v.object({
  id,
  path: v.optional(text),
  onConflict: v.optional(v.picklist(CONFLICT_POLICIES), "error"),
});
const EmptySchema = v.object({ ids: v.optional(v.pipe(v.array(id), v.maxLength(500))) });

/** Adds what changes names and the trash (docs/web.md §3). */
export function addChangeRoutes(app: Hono, { client, limits }: GatewayContext): void {
  const read = <S extends v.GenericSchema>(
    request: Request,
    schema: S,
  ): Promise<v.InferOutput<S>> => readJson(request, schema, limits.jsonBytes);

  app.post("/api/mkdir", async (context) => {
    const { path, parents } = await read(context.req.raw, MkdirSchema);
    await client.mkdir(path, { parents, signal: context.req.raw.signal });
    return context.json({ path }, 201);
  });
  app.post("/api/rename", async (context) => {
    const { from, to } = await read(context.req.raw, RenameSchema);
    await client.rename(from, to, { signal: context.req.raw.signal });
    return context.json({ from: parseRemotePath(from), to: parseRemotePath(to) });
  });
  app.post("/api/trash/restore", async (context) => {
    const { id, ...options } = await read(context.req.raw, RestoreSchema);
    return context.json(
      await client.restore(id, { ...options, signal: context.req.raw.signal }),
    );
  });
  app.post("/api/trash/empty", async (context) => {
    const { ids } = await read(context.req.raw, EmptySchema);
    const removed = await client.emptyTrash(ids, { signal: context.req.raw.signal });
    return context.json({ removed });
  });
}
