import { Buffer } from "node:buffer";
import * as v from "valibot";
import { CONFLICT_POLICIES, type ConflictPolicy } from "#client/mod.ts";
import { parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

/** All that a gateway must know of an upload to go on with it. */
export interface UploadKey {
  readonly path: RemotePath;
  readonly sizeBytes: number;
  readonly onConflict: ConflictPolicy;
  readonly modifiedAtMs: number | undefined;
  /** The file server's upload session. */
  readonly session: string;
}

const IdSchema = v.strictTuple([
  v.pipe(v.string(), v.maxLength(4096)),
  v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  v.picklist(CONFLICT_POLICIES),
  v.nullable(v.pipe(v.number(), v.finite(), v.minValue(-8.64e15), v.maxValue(8.64e15))),
  v.pipe(v.string(), v.maxLength(100)),
]);

/**
 * Writes an upload as the last part of its tus address. The address says everything, so the gateway need not
 * remember anything and any other gateway of the same file server understands it.
 *
 * @param key The upload.
 * @returns Letters, digits, `-` and `_`.
 */
export function encodeUploadId(key: UploadKey): string {
  const { path, sizeBytes, onConflict, modifiedAtMs = null, session } = key;
  const fields = JSON.stringify([path, sizeBytes, onConflict, modifiedAtMs, session]);
  return Buffer.from(fields).toString("base64url");
}

/**
 * Reads what {@linkcode encodeUploadId} wrote, or whatever else somebody put there.
 *
 * @param id Last part of a tus address.
 * @returns The upload, all of it checked.
 * @throws {SluiceError} `session_not_found` when it is none.
 */
export function decodeUploadId(id: string): UploadKey {
  try {
    const [path, sizeBytes, onConflict, modifiedAtMs, session] = v.parse(
      IdSchema,
      JSON.parse(Buffer.from(id, "base64url").toString()),
    );
    return {
      path: parseRemotePath(path),
      sizeBytes,
      onConflict,
      modifiedAtMs: modifiedAtMs ?? undefined,
      session,
    };
  } catch (cause) {
    const message = "Cannot go on with the upload: there is none at this address";
    throw new SluiceError("session_not_found", message, { cause });
  }
}
