import { crc32 } from "node:zlib";
import { encodeFrame, FrameType } from "#protocol/frame.ts";
import type { SeededRandom } from "#tests/support/seeded_random.ts";
import { oneIn, pick } from "./case_random.ts";

/** A case: frames that ask one thing of the server. */
export interface RequestCase {
  /** Those frames, from the one that asks to the one that ends it. */
  readonly frames: readonly Uint8Array[];
  readonly requestId: number;
}

type Value = (random: SeededRandom) => unknown;
type Shape = Readonly<Record<string, Value>>;

const NAMES = ["a", "b", "c", "d.txt", "Ü", "x y", "sub", "-f", "\u202egnp", "\x1b[2J", "n\nl"];
const BAD_NAMES = [
  "..",
  ".",
  "",
  "/",
  "\\",
  "a\0b",
  "C:\\x",
  "//x",
  ".sluice",
  ".SLUICE",
  ".sluice ",
  "\ud800",
  "../../etc/passwd",
  ".sluice/state.db",
  "a/../../b",
  "n".repeat(256),
  "d/".repeat(200),
  "\u2024sluice",
];
const WILD = [
  null,
  true,
  -1,
  0,
  1,
  0.5,
  1e308,
  2 ** 53,
  -(2 ** 53),
  "",
  "x",
  "999999999999",
  [],
  {},
  [[]],
  ["a", 1],
  { __proto__: 1 },
  "\ud800",
  "x".repeat(5000),
  "xxh128:",
  "sha256:" + "0".repeat(64),
  "*".repeat(250),
];

const anyOf = (...from: readonly unknown[]): Value => (random) => pick(random, from);
const path: Value = (random) => {
  if (oneIn(random, 5)) return pick(random, BAD_NAMES);
  return Array.from({ length: random.between(1, 4) }, () => pick(random, NAMES)).join("/");
};
const folder: Value = (random) => oneIn(random, 2) ? "" : path(random);
const flag = anyOf(true, false);
const size = anyOf(0, 1, 10, 300, 70_000, 2 ** 53 - 1, 2 ** 53, -1, 1.5);
const digest = anyOf("none", "xxh128", "sha256", "xxh128:00", "md5");
const pattern = anyOf("*", "a", "**/a", "[", "[!a", "?*?*?*", "[z-a]", "*".repeat(200), "Ü");
const policy = anyOf("error", "overwrite", "rename", "skip", "ask");
const time = anyOf(0, -1, 1e12, 8.64e15, 8.65e15);

const SHAPES: ReadonlyMap<FrameType, Shape> = new Map<FrameType, Shape>([
  [FrameType.LIST, { path: folder, after: path, limit: size }],
  [FrameType.STAT, { path }],
  [FrameType.GET, {
    path,
    offsetBytes: size,
    lengthBytes: size,
    version: path,
    prefixDigest: digest,
    digest,
  }],
  [FrameType.PUT, {
    path,
    sizeBytes: size,
    onConflict: policy,
    resume: flag,
    session: path,
    algorithm: digest,
    isOpenEnded: flag,
    digest,
    modifiedAtMs: time,
    makeParents: flag,
    stage: flag,
  }],
  [FrameType.RENAME, { from: path, to: path }],
  [FrameType.DELETE, { path, permanent: flag }],
  [FrameType.MKDIR, { path, parents: flag, modifiedAtMs: time }],
  [FrameType.FIND, { path: folder, pattern, isCaseSensitive: flag, limit: size }],
  [FrameType.CHECKSUM, { path, algorithm: digest }],
  [FrameType.HISTORY, { limit: size, before: size, failed: flag, pattern }],
  [FrameType.TRASH, { after: path, limit: size }],
  [FrameType.RESTORE, { id: path, path, onConflict: policy }],
  [FrameType.EMPTY_TRASH, { ids: anyOf(["x"], [], ["../.."], undefined) }],
  [FrameType.ARCHIVE, {
    path: folder,
    format: anyOf("zip", "tar", "rar"),
    names: anyOf(["a"], ["..", "a"], [], undefined),
  }],
  [FrameType.PUBLISH, {}],
  [FrameType.WATCH, { intervalMs: anyOf(99, 100, 1000, 60_001, 0.5) }],
  [FrameType.STATUS, {}],
]);
const TYPES = [...SHAPES.keys()];
/** Keys that have to be there; others are left out more often than not. */
const NEEDED = new Set(["path", "from", "to", "id", "sizeBytes", "format", "intervalMs"]);
const encoder = new TextEncoder();

/**
 * Makes a request that keeps to the frame layout, and more or less to what its type asks for.
 *
 * @param random Where choices come from.
 * @param requestId Its id.
 */
export function makeRequest(random: SeededRandom, requestId: number): RequestCase {
  const type = pick(random, TYPES);
  const ask = encodeFrame(type, requestId, makePayload(type, random));
  if (type === FrameType.PUT) {
    return { requestId, frames: [ask, ...makeUploadFrames(random, requestId)] };
  }
  // What would go on for ever has to be ended.
  const isEnded = type === FrameType.WATCH || oneIn(random, 40);
  return { requestId, frames: isEnded ? [ask, control(FrameType.CANCEL, requestId)] : [ask] };
}

function makePayload(type: FrameType, random: SeededRandom): Uint8Array {
  const shape = SHAPES.get(type) ?? {};
  const value: Record<string, unknown> = {};
  for (const [key, make] of Object.entries(shape)) {
    if (!NEEDED.has(key) && !oneIn(random, 3)) continue;
    if (NEEDED.has(key) && oneIn(random, 60)) continue;
    value[key] = oneIn(random, 30) ? pick(random, WILD) : make(random);
  }
  if (oneIn(random, 30)) value[`x${random.between(0, 9)}`] = pick(random, WILD);
  const text = JSON.stringify(value);
  switch (random.between(0, 40)) {
    case 0:
      return encoder.encode(text.slice(0, random.between(0, text.length)));
    case 1:
      return encoder.encode(text.replace("{", '{"__proto__":{"path":"a"},"path":"b",'));
    case 2:
      return encoder.encode("[".repeat(random.between(1, 30_000)));
    case 3:
      return Uint8Array.from(
        encoder.encode(text),
        (byte) => oneIn(random, 20) ? random.between(0, 256) : byte,
      );
    default:
      return encoder.encode(text);
  }
}

/** What follows a PUT, right or wrong; its last frame ends it in any case. */
function makeUploadFrames(random: SeededRandom, requestId: number): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let count = random.between(0, 4); count > 0; count--) {
    const bytes = new Uint8Array(pick(random, [0, 1, 10, 300, 70_000]));
    const crc = oneIn(random, 12) ? 1 : crc32(bytes);
    frames.push(
      encodeFrame(FrameType.DATA, oneIn(random, 30) ? requestId + 7 : requestId, bytes, crc),
    );
  }
  const end = random.between(0, 4);
  if (end === 0) {
    return [...frames, control(FrameType.ABORT, requestId, { keep: oneIn(random, 2) })];
  }
  if (end === 1) return [...frames, control(FrameType.CANCEL, requestId)];
  const commit = oneIn(random, 2) ? {} : { digest: digest(random) };
  return [
    ...frames,
    control(FrameType.COMMIT, requestId, commit),
    control(FrameType.ABORT, requestId, {}),
  ];
}

function control(type: FrameType, requestId: number, value?: unknown): Uint8Array {
  return encodeFrame(
    type,
    requestId,
    value === undefined ? new Uint8Array(0) : encoder.encode(JSON.stringify(value)),
  );
}
