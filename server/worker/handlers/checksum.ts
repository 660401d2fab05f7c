import { decodeControl } from "#protocol/control_payload.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import { ChecksumSchema } from "#protocol/requests.ts";
import type { ChecksumResult } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { versionOf, versionText } from "../../storage/file_version.ts";
import { hashRange } from "../hash_range.ts";
import type { RequestContext } from "../request_context.ts";

/** Serves CHECKSUM (docs/protocol.md §6.9). */
export async function handleChecksum(
  context: RequestContext,
  payload: Uint8Array,
): Promise<ChecksumResult> {
  const request = decodeControl(ChecksumSchema, payload);
  const path = parseRemotePath(request.path);
  context.history.path = path;
  const act = `hash "${path}"`;
  const { root, digests } = context.storage;
  const { file, info } = root.openFile(path, act);
  using _file = file;
  const version = versionOf(info);
  const known = digests.get(version, request.algorithm);
  const sizeBytes = info.size;
  if (known !== undefined) return { digest: known, sizeBytes, isCached: true };
  const digester = await context.digester(request.algorithm);
  context.history.showProgress(0, sizeBytes);
  await hashRange(context, file, sizeBytes, digester, act);
  if (versionText(versionOf(file.statSync())) !== versionText(version)) {
    throw new SluiceError("file_changed", `Cannot ${act}: it changed while it was being read`);
  }
  const digest = digester.digest();
  digests.add(version, digest, false);
  return { digest, sizeBytes, isCached: false };
}
