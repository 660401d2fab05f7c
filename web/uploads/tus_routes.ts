import type { Hono } from "hono";
import { MemoryLocker, Server } from "@tus/server";
import * as v from "valibot";
import { type CommittedUpload, CONFLICT_POLICIES } from "#client/mod.ts";
import type { ErrorCode } from "#protocol/error_code.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import type { GatewayContext } from "../gateway_context.ts";
import { errorResponse, HttpRefusal, tellError } from "../http/error_response.ts";
import { ownBody } from "../http/owned_body.ts";
import { readJson } from "../http/read_json.ts";
import { TusCall } from "./tus_call.ts";
import type { UploadDesk } from "./upload_desk.ts";

const TUS = "/api/tus";
const METHODS: ReadonlySet<string> = new Set(["POST", "HEAD", "PATCH", "DELETE", "OPTIONS"]);
/** How long a request that another one of the same upload overtakes may still write, in ms. */
const DRAIN_MS = 500;
const MAX_TUS_MESSAGE = 1000;

const FindSchema = v.object({
  path: v.pipe(v.string(), v.maxLength(4096)),
  sizeBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  onConflict: v.optional(v.picklist(CONFLICT_POLICIES), "error"),
  modifiedAtMs: v.optional(v.pipe(v.number(), v.finite())),
});

/** Adds resumable uploads by tus 1.0, and the look for unfinished ones (docs/web.md §5). */
export function addTusRoutes(app: Hono, gateway: GatewayContext, desk: UploadDesk): void {
  const locker = new MemoryLocker();
  app.all(`${TUS}/*`, async (context) => {
    const request = context.req.raw;
    if (!METHODS.has(request.method)) {
      const message = `Cannot ${request.method} an upload: tus knows no such method`;
      throw new HttpRefusal(405, "invalid_request", message, { Allow: [...METHODS].join(", ") });
    }
    const giveBack = gateway.transfers.take();
    try {
      return await serve(gateway, desk, locker, request);
    } finally {
      giveBack();
    }
  });
  app.post("/api/uploads", async (context) => {
    const { jsonBytes } = gateway.limits;
    const { path, ...rest } = await readJson(context.req.raw, FindSchema, jsonBytes);
    const wanted = { modifiedAtMs: undefined, ...rest, path: parseRemotePath(path) };
    const found = await desk.find(wanted, context.req.raw.signal);
    const { resumedFromBytes: offsetBytes, prefixDigest } = found.open;
    await desk.park(found);
    return context.json({ url: `${TUS}/${found.id}`, offsetBytes, prefixDigest });
  });
}

async function serve(
  gateway: GatewayContext,
  desk: UploadDesk,
  locker: MemoryLocker,
  request: Request,
): Promise<Response> {
  const call = new TusCall(desk, gateway.limits.bodyIdleMs, request.signal);
  let failure: unknown;
  const server = new Server({
    path: TUS,
    datastore: call,
    locker,
    lockDrainTimeout: DRAIN_MS,
    relativeLocation: true,
    onResponseError: (_request, error): undefined => void (failure = error),
  });
  await using owned = ownBody(request);
  const response = await server.handleWeb(owned.request);
  const headers = ownHeaders(response.headers, call);
  if (response.status < 400) {
    return new Response(response.body, { status: response.status, headers });
  }
  const reason = call.failure ?? failure;
  const told = reason === undefined || isOfTus(reason)
    ? await tusRefusal(response)
    : tellError(reason, gateway.onFault);
  const answer = errorResponse(told);
  const tusHeaders = ["Tus-Resumable", "Tus-Version", "Connection"] as const;
  for (const name of tusHeaders) copy(name, headers, answer.headers);
  return request.method === "HEAD" ? new Response(null, answer) : answer;
}

/** The library lets any site ask; here only the own page may. */
function ownHeaders(headers: Headers, { result, bytesDigest }: TusCall): Headers {
  const own = new Headers();
  for (const [name, value] of headers) {
    if (!name.startsWith("access-control-")) own.set(name, value);
  }
  own.set("Cache-Control", "no-store, no-transform");
  if (result !== undefined) setResult(own, result);
  if (bytesDigest !== undefined) own.set("Sluice-Prefix-Digest", bytesDigest);
  return own;
}

function setResult(headers: Headers, { outcome, path, digest }: CommittedUpload): void {
  headers.set("Sluice-Outcome", outcome);
  headers.set("Sluice-Path", encodeURIComponent(path));
  if (digest !== undefined) headers.set("Sluice-Digest", digest);
}

async function tusRefusal(response: Response): Promise<HttpRefusal> {
  const text = (await response.text()).trim().slice(0, MAX_TUS_MESSAGE);
  const message = `Cannot serve the upload: ${text || "the tus request is not right"}`;
  return new HttpRefusal(response.status, codeOf(response.status), message);
}

function codeOf(status: number): ErrorCode {
  if (status === 409) return "offset_out_of_range";
  if (status === 404 || status === 410) return "session_not_found";
  if (status === 413) return "too_large";
  return status >= 500 ? "internal" : "invalid_request";
}

function isOfTus(error: unknown): boolean {
  return typeof error === "object" && error !== null && "status_code" in error;
}

function copy(name: string, from: Headers, to: Headers): void {
  const value = from.get(name);
  if (value !== null) to.set(name, value);
}
