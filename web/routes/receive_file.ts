import {
  type CommittedUpload,
  CONFLICT_POLICIES,
  type ConflictPolicy,
  type OpenUpload,
} from "#client/mod.ts";
import { MAX_FILE_BYTES } from "#protocol/limits.ts";
import type { RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { GatewayContext } from "../gateway_context.ts";
import { readBody } from "../http/body_reader.ts";
import { matchesStrongly } from "../http/conditions.ts";
import { entityTags } from "../http/entity_tags.ts";
import { HttpRefusal } from "../http/error_response.ts";
import { type GetQuery, queryWord } from "../http/query.ts";
import { parseReprDigest } from "../http/repr_digest.ts";

/**
 * Answers a PUT of one file: its body goes to the file server as it comes. Nothing is published unless all of it came.
 *
 * @param gateway What routes share.
 * @param request The request.
 * @param path Where to.
 * @param query The address's query.
 * @returns What became of the name.
 * @throws {SluiceError} `already_exists`, `checksum_mismatch`, `cancelled`, `timeout` and what the file server refuses.
 */
export async function receiveFile(
  gateway: GatewayContext,
  request: Request,
  path: RemotePath,
  query: GetQuery,
): Promise<Response> {
  const giveBack = gateway.transfers.take();
  try {
    const policy = queryWord(query, "onConflict", CONFLICT_POLICIES, "error");
    const onConflict = await applyConditions(gateway, request, path, policy);
    const result = await upload(gateway, request, path, onConflict);
    return Response.json(result, {
      status: result.outcome === "created" ? 201 : 200,
      headers: { "Cache-Control": "no-store, no-transform" },
    });
  } catch (error) {
    const isOnlyNew = request.headers.get("if-none-match")?.trim() === "*";
    const isTaken = error instanceof SluiceError && error.code === "already_exists";
    if (!isTaken || !isOnlyNew) throw error;
    throw new HttpRefusal(412, "already_exists", error.message);
  } finally {
    giveBack();
  }
}

async function applyConditions(
  gateway: GatewayContext,
  request: Request,
  path: RemotePath,
  policy: ConflictPolicy,
): Promise<ConflictPolicy> {
  const { headers, signal } = request;
  if (headers.get("if-none-match")?.trim() === "*") return "error";
  const ifMatch = headers.get("if-match");
  if (ifMatch === null) return policy;
  const act = `Cannot upload "${path}"`;
  try {
    const stat = await gateway.client.stat(path, { signal });
    if (matchesStrongly(ifMatch, entityTags(stat))) return "overwrite";
  } catch (error) {
    if (!(error instanceof SluiceError && error.code === "not_found")) throw error;
  }
  throw new HttpRefusal(412, "file_changed", `${act}: it is another file than the one meant`);
}

async function upload(
  gateway: GatewayContext,
  request: Request,
  path: RemotePath,
  onConflict: ConflictPolicy,
): Promise<CommittedUpload | { readonly outcome: "skipped"; readonly path: string }> {
  const { headers, signal } = request;
  const digest = parseReprDigest(headers.get("repr-digest") ?? undefined);
  const begun = await gateway.client.beginUpload(path, bodySize(headers), {
    onConflict,
    modifiedAtMs: modifiedAt(headers),
    signal,
    ...(digest === undefined ? {} : { algorithm: "sha256", digest }),
  });
  if ("outcome" in begun) return begun;
  try {
    return await fill(begun, request, gateway.limits.bodyIdleMs);
  } finally {
    // After a commit this does nothing; after a failure what came is kept for a resume.
    await begun.release();
  }
}

async function fill(
  upload: OpenUpload,
  request: Request,
  idleMs: number,
): Promise<CommittedUpload> {
  for await (const chunk of readBody(request.body, idleMs)) await upload.write(chunk);
  if (upload.sizeBytes !== undefined && upload.offsetBytes < upload.sizeBytes) {
    const came = `${upload.sizeBytes} bytes were announced, ${upload.offsetBytes} came`;
    throw new SluiceError("cancelled", `Cannot upload "${upload.path}": ${came}`);
  }
  return await upload.commit();
}

/** Size of the body; `undefined` when only its end will show it. */
function bodySize(headers: Headers): number | undefined {
  const text = headers.get("content-length");
  if (text === null) return undefined;
  const size = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (size <= MAX_FILE_BYTES) return size;
  throw new SluiceError("too_large", "Cannot upload: Content-Length is over 2^53 - 1");
}

function modifiedAt(headers: Headers): number | undefined {
  const text = headers.get("sluice-modified");
  if (text === null) return undefined;
  const ms = /^-?\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (Math.abs(ms) <= 8.64e15) return ms;
  throw new SluiceError("invalid_request", "Cannot read Sluice-Modified: it must be milliseconds");
}
