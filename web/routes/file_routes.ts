import type { Hono } from "hono";
import { remoteName } from "#protocol/remote_path.ts";
import type { GatewayContext } from "../gateway_context.ts";
import { downloadType, previewType } from "../http/content_types.ts";
import { querySwitch } from "../http/query.ts";
import { remotePathOf } from "../http/url_path.ts";
import type { Publisher } from "../uploads/publisher.ts";
import { receiveFile } from "./receive_file.ts";
import { sendFile } from "./send_file.ts";

const FILES = "/api/files/";
const PREVIEW = "/api/preview/";

/** Adds what is done with a file under its own address (docs/web.md §4). */
export function addFileRoutes(app: Hono, gateway: GatewayContext, publisher: Publisher): void {
  app.get(`${FILES}*`, (context) => {
    const path = remotePathOf(context.req.url, FILES);
    const sending = { contentType: downloadType(remoteName(path)), isInline: false };
    return sendFile(gateway, context.req.raw, path, sending);
  });
  app.get(`${PREVIEW}*`, (context) => {
    const path = remotePathOf(context.req.url, PREVIEW);
    return sendFile(gateway, context.req.raw, path, previewType(remoteName(path)));
  });
  app.put(`${FILES}*`, (context) => {
    const path = remotePathOf(context.req.url, FILES);
    const query = (name: string): string | undefined => context.req.query(name);
    return receiveFile({ gateway, publisher }, context.req.raw, path, query);
  });
  app.delete(`${FILES}*`, async (context) => {
    const path = remotePathOf(context.req.url, FILES);
    const permanent = querySwitch((name) => context.req.query(name), "permanent");
    const { signal } = context.req.raw;
    return context.json(await gateway.client.delete(path, { permanent, signal }));
  });
}
