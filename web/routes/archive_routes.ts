import type { Hono } from "hono";
import * as v from "valibot";
import {
  parseRemotePath,
  remoteName,
  remoteParent,
  type RemotePath,
} from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { GatewayContext } from "../gateway_context.ts";
import { withEnd } from "../http/body_end.ts";
import { contentDisposition } from "../http/content_disposition.ts";
import { queryText } from "../http/query.ts";
import { readJson } from "../http/read_json.ts";
import { Tickets } from "../tickets.ts";

const TICKET_MS = 60_000;
const MOST_TICKETS = 100;
const MAX_PATHS = 2000;

const path = v.pipe(v.string(), v.maxLength(4096));
const ArchiveSchema = v.object({
  paths: v.pipe(v.array(path), v.minLength(1), v.maxLength(MAX_PATHS)),
  name: v.optional(v.pipe(v.string(), v.maxLength(255))),
});

/** What goes into an archive. */
interface Selection {
  readonly folder: RemotePath;
  /** Which of its entries; `undefined` for the folder itself. */
  readonly names: readonly string[] | undefined;
  /** Name of the zip. */
  readonly name: string;
}

/** Adds folders and selections as zip (docs/web.md §4). */
export function addArchiveRoutes(app: Hono, gateway: GatewayContext): void {
  const tickets = new Tickets<Selection>(MOST_TICKETS, TICKET_MS);
  app.get("/api/archive", async (context) => {
    const paths = context.req.queries("path") ?? [];
    const name = queryText((key) => context.req.query(key), "name");
    const selection = await select(gateway, paths, name);
    return await send(gateway, context.req.raw, selection);
  });
  app.post("/api/archive", async (context) => {
    const { paths, name } = await readJson(
      context.req.raw,
      ArchiveSchema,
      gateway.limits.jsonBytes,
    );
    const ticket = tickets.give(await select(gateway, paths, name));
    return context.json({ url: `/api/archive/${ticket}` }, 201);
  });
  app.get("/api/archive/:ticket", async (context) => {
    const act = "Cannot send the archive";
    if (context.req.raw.method === "HEAD") {
      throw new SluiceError("invalid_request", `${act}: ask with GET`);
    }
    const selection = tickets.take(context.req.param("ticket"));
    if (selection !== undefined) return await send(gateway, context.req.raw, selection);
    throw new SluiceError("not_found", `${act}: its address was used already or is too old`);
  });
}

async function select(
  gateway: GatewayContext,
  texts: readonly string[],
  wantedName: string | undefined,
): Promise<Selection> {
  const paths = texts.map(parseRemotePath);
  const [first] = paths;
  if (first === undefined) {
    throw new SluiceError("invalid_request", "Cannot pack an archive: it has no path");
  }
  const isOneFolder = paths.length === 1 && (await gateway.client.stat(first)).kind === "folder";
  if (isOneFolder) {
    return { folder: first, names: undefined, name: wantedName ?? zipName(first) };
  }
  const folder = remoteParent(first);
  if (paths.some((path) => path === "" || remoteParent(path) !== folder)) {
    const why = "its entries must lie in one folder";
    throw new SluiceError("invalid_request", `Cannot pack an archive: ${why}`);
  }
  const names = [...new Set(paths.map(remoteName))];
  const named = paths.length === 1 ? first : folder;
  return { folder, names, name: wantedName ?? zipName(named) };
}

function zipName(path: RemotePath): string {
  return `${remoteName(path) || "files"}.zip`;
}

async function send(
  gateway: GatewayContext,
  request: Request,
  { folder, names, name }: Selection,
): Promise<Response> {
  const headers = {
    "Content-Type": "application/zip",
    "Content-Disposition": contentDisposition("attachment", name),
    "Cache-Control": "no-store, no-transform",
  };
  if (request.method === "HEAD") return new Response(null, { headers });
  const giveBack = gateway.transfers.take();
  try {
    const { signal } = request;
    const { body } = await gateway.client.readArchive(folder, { names, signal });
    return new Response(withEnd(body, giveBack), { headers });
  } catch (error) {
    giveBack();
    throw error;
  }
}
