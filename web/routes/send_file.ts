import type { RemoteRead } from "#client/mod.ts";
import type { StatResult } from "#protocol/replies.ts";
import { remoteName, type RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { GatewayContext } from "../gateway_context.ts";
import { type ByteRange, parseByteRange } from "../http/byte_range.ts";
import { checkConditions, mayUseRange } from "../http/conditions.ts";
import { contentDisposition } from "../http/content_disposition.ts";
import { entityTags } from "../http/entity_tags.ts";
import { HttpRefusal } from "../http/error_response.ts";
import { FILE_POLICY } from "../guards/security_headers.ts";
import { withEnd } from "../http/body_end.ts";

/** How a file is sent. */
export interface Sending {
  readonly contentType: string;
  /** Whether a browser may show it. */
  readonly isInline: boolean;
}

/** A file may be replaced between the look at it and its opening: then it is looked at again. */
const MOST_LOOKS = 3;

/**
 * Answers a GET or HEAD of one file: conditions, ranges, the file as a stream (RFC 9110 §13, §14).
 *
 * @param gateway What routes share.
 * @param request The request.
 * @param path The file.
 * @param sending How it is sent.
 * @returns The answer; its body holds one of the gateway's transfers until it is read or cancelled.
 * @throws {SluiceError} What the file server refuses.
 */
export async function sendFile(
  gateway: GatewayContext,
  request: Request,
  path: RemotePath,
  sending: Sending,
): Promise<Response> {
  for (let look = 1;; look++) {
    const stat = await gateway.client.stat(path, { signal: request.signal });
    try {
      return await sendVersion(gateway, request, stat, sending);
    } catch (error) {
      const isOther = error instanceof SluiceError && error.code === "file_changed";
      if (!isOther || look === MOST_LOOKS) throw error;
    }
  }
}

async function sendVersion(
  gateway: GatewayContext,
  request: Request,
  stat: StatResult,
  sending: Sending,
): Promise<Response> {
  requireFile(stat);
  const header = (name: string): string | undefined => request.headers.get(name) ?? undefined;
  const validators = { tags: entityTags(stat), modifiedAtMs: stat.modifiedAtMs };
  const headers = headersOf(stat, validators.tags[0] ?? "", sending);
  const status = checkConditions(header, validators);
  if (status === 412) {
    throw new HttpRefusal(412, "file_changed", `Cannot send "${stat.path}": it is another by now`);
  }
  if (status === 304) return new Response(null, { status, headers: withoutType(headers) });
  const mayBePart = request.method === "GET" && mayUseRange(header("if-range"), validators);
  const range = mayBePart ? parseByteRange(header("range"), stat.sizeBytes) : undefined;
  if (range === "unsatisfiable") throw pastEnd(stat);
  const lengthBytes = range?.lengthBytes ?? stat.sizeBytes;
  headers.set("Content-Length", String(lengthBytes));
  if (request.method === "HEAD") return new Response(null, { headers });
  if (range !== undefined) headers.set("Content-Range", contentRange(range, stat.sizeBytes));
  const body = await open(gateway, request, stat, range);
  return new Response(body, { status: range === undefined ? 200 : 206, headers });
}

async function open(
  gateway: GatewayContext,
  request: Request,
  stat: StatResult,
  range: ByteRange | undefined,
): Promise<ReadableStream<Uint8Array>> {
  const giveBack = gateway.transfers.take();
  let read: RemoteRead;
  try {
    const { version } = stat;
    const { signal } = request;
    read = await gateway.client.read(stat.path, { ...range, version, signal });
  } catch (error) {
    giveBack();
    throw error;
  }
  return withEnd(read.body, giveBack);
}

function headersOf(stat: StatResult, tag: string, sending: Sending): Headers {
  return new Headers({
    "Content-Type": sending.contentType,
    "Content-Disposition": contentDisposition(
      sending.isInline ? "inline" : "attachment",
      remoteName(stat.path as RemotePath),
    ),
    "Content-Security-Policy": FILE_POLICY,
    "Cache-Control": "private, no-cache, no-transform",
    "Accept-Ranges": "bytes",
    "ETag": tag,
    "Last-Modified": new Date(stat.modifiedAtMs).toUTCString(),
  });
}

/** An answer without content must not describe one (RFC 9110 §15.4.5). */
function withoutType(headers: Headers): Headers {
  headers.delete("Content-Type");
  return headers;
}

function contentRange({ offsetBytes, lengthBytes }: ByteRange, sizeBytes: number): string {
  return `bytes ${offsetBytes}-${offsetBytes + lengthBytes - 1}/${sizeBytes}`;
}

function pastEnd(stat: StatResult): HttpRefusal {
  const message = `Cannot send "${stat.path}": the range is past its end`;
  const headers = { "Content-Range": `bytes */${stat.sizeBytes}` };
  return new HttpRefusal(416, "offset_out_of_range", message, headers);
}

/** The file server would say the same, but not to a HEAD, which it never sees. */
function requireFile({ kind, path }: StatResult): void {
  switch (kind) {
    case "file":
      return;
    case "folder":
      throw new SluiceError("is_a_folder", `Cannot send "${path}": it is a folder`);
    case "symlink":
      throw new SluiceError("permission_denied", `Cannot send "${path}": it is a symbolic link`);
    case "other":
      throw new SluiceError("not_a_file", `Cannot send "${path}": it is no file`);
    default:
      kind satisfies never;
  }
}
