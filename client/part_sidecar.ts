import * as v from "valibot";
import { locally } from "./local_errors.ts";

const MOST_BYTES = 16 * 1024;

const PartSidecarSchema = v.object({
  sluice: v.literal("unfinished download"),
  remotePath: v.string(),
  version: v.string(),
  sizeBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

/** What a `.part` file is a part of. */
export interface PartSidecar {
  readonly remotePath: string;
  /** Version of the remote file that the bytes belong to. */
  readonly version: string;
  /** Size of the whole. */
  readonly sizeBytes: number;
}

/**
 * Reads the note beside a `.part` file.
 *
 * @param path Path of the note.
 * @returns The note, `missing` (or still empty), or `foreign` when the file is something else.
 * @throws {SluiceError} When it cannot be read.
 */
export async function readSidecar(path: string): Promise<PartSidecar | "missing" | "foreign"> {
  return await locally(`read "${path}"`, async () => {
    try {
      const info = await Deno.lstat(path);
      if (!info.isFile || info.size > MOST_BYTES) return "foreign";
      return parseSidecar(await Deno.readTextFile(path));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "missing";
      throw error;
    }
  });
}

/**
 * Writes the note. It is one small write: a note that is cut short is an empty one.
 *
 * @param path Path of the note.
 * @param sidecar What it says.
 */
export async function writeSidecar(path: string, sidecar: PartSidecar): Promise<void> {
  const text = JSON.stringify({ sluice: "unfinished download", ...sidecar });
  await locally(`write "${path}"`, () => Deno.writeTextFile(path, text));
}

function parseSidecar(text: string): PartSidecar | "missing" | "foreign" {
  if (text === "") return "missing";
  try {
    const result = v.safeParse(PartSidecarSchema, JSON.parse(text));
    return result.success ? result.output : "foreign";
  } catch {
    return "foreign"; // Not JSON: somebody else's file.
  }
}
