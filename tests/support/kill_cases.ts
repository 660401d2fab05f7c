import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { fileDigest } from "./random_file.ts";
import type { SeededRandom } from "./seeded_random.ts";
import type { Instant } from "./traffic_trigger.ts";

/** Parts of a transfer's life: the request, the bytes, and what follows the last byte. */
export type Phase = "begin" | "middle" | "end";

/** One file that is moved through several kills. */
export interface KillCase {
  readonly sizeBytes: number;
  readonly seed: number;
  /** Whether the name is taken by an older version, which is to be replaced. */
  readonly hasOld: boolean;
  /** When a process is killed, kill by kill. */
  readonly phases: readonly Phase[];
}

/** What is wanted of an instant. */
export interface InstantWish {
  readonly direction: "upload" | "download";
  readonly killed: "server" | "client";
  readonly phase: Phase;
  /** Bytes of the file that are still to come. */
  readonly restBytes: number;
}

/** A request is at least as long as this. */
const REQUEST_BYTES = { upload: 150, download: 48 } as const;
/** Time in which the receiving side syncs and publishes a file of a few MB. */
const END_MS = 25;

/** 20 kills: five files from 1 to 30 MB, four kills each. */
export const KILL_CASES: readonly KillCase[] = [1.3e6, 3e6, 8e6, 14e6, 30e6].map((
  sizeBytes,
  index,
) => ({
  sizeBytes,
  seed: index + 1,
  hasOld: index % 2 === 1,
  phases: ["begin", "middle", "middle", "end"],
}));

/**
 * Chooses the instant of a kill.
 *
 * @param random Where the choice comes from.
 * @param wish What is wanted.
 * @returns The instant.
 */
export function chooseInstant(random: SeededRandom, wish: InstantWish): Instant {
  const { direction, killed, phase, restBytes } = wish;
  const way = direction === "upload" ? "up" : "down";
  if (phase === "begin") {
    return { way: "up", bytes: random.between(1, REQUEST_BYTES[direction]) };
  }
  if (phase === "middle") return { way, bytes: Math.ceil(restBytes * random.next()) };
  if (direction === "upload") {
    return { way, behind: FrameType.COMMIT, afterMs: random.between(0, END_MS) };
  }
  return killed === "client"
    ? { way, behind: FrameType.RESULT, afterMs: random.between(0, END_MS) }
    : { way, bytes: Math.ceil(restBytes * (0.97 + random.next() * 0.03)) };
}

/** What stands under a name. */
export type Version = "absent" | "old" | "new";

/**
 * Looks at the file under a name, which must be a whole version or none.
 *
 * @param path The name.
 * @param digests Digests of the versions that it may have.
 * @returns Which one it is.
 */
export async function wholeVersion(
  path: string,
  digests: { readonly old?: string | undefined; readonly new: string },
): Promise<Version> {
  try {
    const digest = await fileDigest(path);
    if (digest === digests.new) return "new";
    assert.equal(digest, digests.old, `${path} is neither the old version nor the new one`);
    return "old";
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    assert.equal(digests.old, undefined, `the old version of ${path} is gone`);
    return "absent";
  }
}
