import { writeU32 } from "#protocol/frame.ts";
import { concatBytes } from "#tests/support/random_bytes.ts";
import type { SeededRandom } from "#tests/support/seeded_random.ts";
import { pick } from "./case_random.ts";

type Mutation = (
  bytes: Uint8Array,
  random: SeededRandom,
  others: readonly Uint8Array[],
) => Uint8Array;

/** Lengths and numbers that programs get wrong. */
const EDGES = [0, 1, 0x7f, 0xff, 0xffff, 0x1_0000, 0x10_0000, 0x10_0001, 0x7fff_ffff, 0xffff_ffff];
/** Far more than any stretch that matters, far less than would slow a run down. */
const MAX_STRETCH = 64;

const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, random): Uint8Array {
    const copy = bytes.slice();
    const at = random.between(0, copy.byteLength);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.between(0, 8));
    return copy;
  },
  function setByte(bytes, random): Uint8Array {
    const copy = bytes.slice();
    copy[random.between(0, copy.byteLength)] = random.between(0, 256);
    return copy;
  },
  function setNumber(bytes, random): Uint8Array {
    const copy = concatBytes([bytes, new Uint8Array(4)]);
    writeU32(copy, random.between(0, bytes.byteLength), pick(random, EDGES));
    return copy.slice(0, bytes.byteLength);
  },
  function truncate(bytes, random): Uint8Array {
    return bytes.slice(0, random.between(0, bytes.byteLength));
  },
  function remove(bytes, random): Uint8Array {
    const at = random.between(0, bytes.byteLength);
    return concatBytes([
      bytes.subarray(0, at),
      bytes.subarray(at + random.between(1, MAX_STRETCH)),
    ]);
  },
  function repeat(bytes, random): Uint8Array {
    const at = random.between(0, bytes.byteLength);
    const end = at + random.between(1, MAX_STRETCH);
    return concatBytes([bytes.subarray(0, end), bytes.subarray(at)]);
  },
  function insert(bytes, random): Uint8Array {
    const at = random.between(0, bytes.byteLength + 1);
    const fresh = Uint8Array.from(
      { length: random.between(1, MAX_STRETCH) },
      () => random.between(0, 256),
    );
    return concatBytes([bytes.subarray(0, at), fresh, bytes.subarray(at)]);
  },
  function splice(bytes, random, others): Uint8Array {
    const other = pick(random, others);
    const at = random.between(0, bytes.byteLength + 1);
    return concatBytes([
      bytes.subarray(0, at),
      other.subarray(random.between(0, other.byteLength)),
    ]);
  },
];

/**
 * Damages bytes once or a few times.
 *
 * @param bytes What to begin with; not changed.
 * @param random Where choices come from.
 * @param others What stretches may be taken from.
 */
export function mutateBytes(
  bytes: Uint8Array,
  random: SeededRandom,
  others: readonly Uint8Array[],
): Uint8Array {
  let damaged = bytes;
  for (let times = random.between(1, 4); times > 0 && damaged.byteLength > 0; times--) {
    damaged = pick(random, MUTATIONS)(damaged, random, others);
  }
  return damaged;
}
