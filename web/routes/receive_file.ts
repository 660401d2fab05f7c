import {
  type CommittedUpload,
  CONFLICT_POLICIES,
  type ConflictPolicy,
  type OpenUpload,
  type SkippedUpload,
} from "#client/mod.ts";
import { createDigester } from "#protocol/digest.ts";
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
import type { LostUpload, Publisher } from "../uploads/publisher.ts";

/** So little is not worth resuming, and nobody would come back for it. */
const SMALL_BYTES = 256 * 1024;

/** What a PUT is received with. */
export interface ReceiveParts {
  readonly gateway: GatewayContext;
  readonly publisher: Publisher;
}

type Received = CommittedUpload | SkippedUpload;

/**
 * Answers a PUT of one file: its body goes to the file server as it comes. Nothing is published unless all of it came.
 *
 * @param parts Gateway and what publishes.
 * @param request The request.
 * @param path Where to.
 * @param query The address's query.
 * @returns What became of the name.
 * @throws {SluiceError} `already_exists`, `checksum_mismatch`, `cancelled`, `timeout` and what the file server refuses.
 */
export async function receiveFile(
  { gateway, publisher }: ReceiveParts,
  request: Request,
  path: RemotePath,
  query: GetQuery,
): Promise<Response> {
  const giveBack = gateway.transfers.take();
  try {
    const policy = queryWord(query, "onConflict", CONFLICT_POLICIES, "error");
    const onConflict = await applyConditions(gateway, request, path, policy);
    const result = await upload({ gateway, publisher }, request, path, onConflict);
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
  { gateway, publisher }: ReceiveParts,
  request: Request,
  path: RemotePath,
  onConflict: ConflictPolicy,
): Promise<Received> {
  const { headers, signal } = request;
  const digest = parseReprDigest(headers.get("repr-digest") ?? undefined);
  const sizeBytes = bodySize(headers);
  const idleMs = gateway.limits.bodyIdleMs;
  const begin = (): Promise<OpenUpload | SkippedUpload> =>
    gateway.client.beginUpload(path, sizeBytes, {
      onConflict,
      modifiedAtMs: modifiedAt(headers),
      signal,
      ...(digest === undefined ? {} : { algorithm: "sha256", digest }),
    });
  const lost = publisher.lostAt(path);
  const begun = lost === undefined
    ? await begin()
    : await beginAgain(begin, () => findOwn(publisher, lost, readBody(request.body, idleMs)));
  if ("outcome" in begun) return begun;
  try {
    for await (const chunk of readBody(request.body, idleMs)) await begun.write(chunk);
    requireWhole(begun);
    return await publisher.publish(begun, signal);
  } finally {
    // After a commit this does nothing; after a failure what came is kept for a resume.
    if (begun.offsetBytes > SMALL_BYTES) await begun.release();
    else await begun.discard();
  }
}

/** Begins an upload of a name that may be taken by an earlier request for the same, whose answer was lost. */
async function beginAgain(
  begin: () => Promise<OpenUpload | SkippedUpload>,
  findOwn: () => Promise<Received | undefined>,
): Promise<OpenUpload | Received> {
  try {
    const begun = await begin();
    return "outcome" in begun ? await findOwn() ?? begun : begun;
  } catch (error) {
    const isTaken = error instanceof SluiceError && error.code === "already_exists";
    const own = isTaken ? await findOwn() : undefined;
    if (own === undefined) throw error;
    return own;
  }
}

/** The body says whether this is the upload whose answer was lost. */
async function findOwn(
  publisher: Publisher,
  lost: LostUpload,
  body: AsyncIterable<Uint8Array>,
): Promise<CommittedUpload | undefined> {
  const digester = await createDigester(lost.algorithm);
  for await (const chunk of body) digester.update(chunk);
  return digester.digest() === lost.digest ? await publisher.find(lost) : undefined;
}

function requireWhole({ path, sizeBytes, offsetBytes }: OpenUpload): void {
  if (sizeBytes === undefined || offsetBytes === sizeBytes) return;
  const came = `${sizeBytes} bytes were announced, ${offsetBytes} came`;
  throw new SluiceError("cancelled", `Cannot upload "${path}": ${came}`);
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
