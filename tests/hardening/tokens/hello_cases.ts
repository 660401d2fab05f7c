import { encodeFrame, FrameType } from "#protocol/frame.ts";
import { encodePreface } from "#protocol/preface.ts";
import { concatBytes } from "#tests/support/random_bytes.ts";
import type { SeededRandom } from "#tests/support/seeded_random.ts";
import { oneIn, pick } from "../fuzz/case_random.ts";
import { mutateBytes } from "../fuzz/mutate_bytes.ts";

/** What stands in place of a token. */
type Forge = (token: string, random: SeededRandom) => unknown;

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const encoder = new TextEncoder();

function letters(random: SeededRandom, count: number): string {
  return Array.from({ length: count }, () => LETTERS[random.between(0, 64)]).join("");
}

/** Nearly a token, or nothing like one; each differs from the real one. */
const FORGERIES: readonly Forge[] = [
  (): unknown => undefined,
  (): unknown => "",
  (): unknown => "sluice_",
  (_, random): unknown => `sluice_${letters(random, 48)}`,
  (token, random): unknown => token.slice(0, random.between(0, token.length)),
  (token, random): unknown => token + pick(random, [" ", "\n", "\0", "A", "=", "\u200b"]),
  (token, random): unknown => pick(random, [" ", "\0", "\ufeff"]) + token,
  (token): unknown => token.toUpperCase(),
  (token): unknown => token.replace("sluice_", "SLUICE_"),
  (token): unknown => token.slice("sluice_".length),
  (token): unknown => [token],
  (token): unknown => ({ token }),
  (token): unknown => ({ toString: token, length: token.length }),
  (token, random): unknown => {
    const at = random.between(7, token.length);
    const other = LETTERS[(LETTERS.indexOf(token[at] ?? "") + random.between(1, 64)) % 64];
    return token.slice(0, at) + other + token.slice(at + 1);
  },
  (_, random): unknown => pick(random, [0, -1, 2 ** 53, 0.1, true, false, null, [], {}]),
  (_, random): unknown => letters(random, pick(random, [199, 200, 201, 5_000, 60_000])),
  (): unknown => "\ud800".repeat(54),
  (): unknown => "🔑".repeat(50),
  (token): unknown => token.split("").toReversed().join(""),
];

/**
 * Makes all that a client without a token says: a preface, a HELLO that holds something else than the token, and a
 * request that hopes to be served. Bytes may be damaged besides, but never where damage could mend the token.
 *
 * @param token The real one.
 * @param random Where choices come from.
 */
export function makeHelloCase(token: string, random: SeededRandom): Uint8Array {
  const forged = pick(random, FORGERIES)(token, random);
  const text = JSON.stringify({ agent: "fuzz", token: forged });
  const hello = encoder.encode(oneIn(random, 4) ? disguise(text, token, random) : text);
  const bytes = concatBytes([
    encodePreface(),
    encodeFrame(FrameType.HELLO, 0, hello),
    encodeFrame(FrameType.LIST, 1, encoder.encode('{"path":""}')),
    encodeFrame(FrameType.MKDIR, 2, encoder.encode('{"path":"made-without-a-token"}')),
  ]);
  if (holds(bytes, token) || !oneIn(random, 3)) return bytes;
  const damaged = mutateBytes(bytes, random, [bytes]);
  return holds(damaged, token) ? bytes : damaged;
}

function holds(bytes: Uint8Array, token: string): boolean {
  return new TextDecoder("latin1").decode(bytes).includes(token);
}

/** Says the real token where none is looked for: of a repeated key the last one counts (docs/protocol.md). */
function disguise(text: string, token: string, random: SeededRandom): string {
  const real = `"${token}"`;
  return pick(random, [
    `{"token":${real},${text.slice(1, -1)},"token":"x"}`,
    `{"__proto__":{"token":${real}},"agent":"fuzz"}`,
    `{"constructor":{"prototype":{"token":${real}}},"agent":"fuzz"}`,
    `{"agent":"fuzz","Token":${real}}`,
    `{"agent":${real}}`,
    `{"agent":"fuzz","hello":{"token":${real}}}`,
    `[{"agent":"fuzz","token":${real}}]`,
    `{"agent":"fuzz","token":${real}`,
    `{"agent":"fuzz","token":'${token}'}`,
  ]);
}
