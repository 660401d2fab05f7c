import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
// @ts-types="hash-wasm"
import { xxhash128 } from "hash-wasm/dist/index.esm.min.js";
import { createDigester } from "#protocol/digest.ts";
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from "#protocol/digest_algorithm.ts";
import { createDigesterWith } from "#protocol/digester.ts";
import { xxh128Module } from "#protocol/xxh128_module.ts";
import { concatBytes, randomBytes } from "#tests/support/random_bytes.ts";

const encoder = new TextEncoder();

/** XXH3-128 of xxHash's own `xxhsum -H2`; SHA-256 of FIPS 180-4's examples. */
const VECTORS: readonly (readonly [DigestAlgorithm, string, string])[] = [
  ["xxh128", "", "99aa06d3014798d86001c324468d497f"],
  ["xxh128", "a", "a96faf705af16834e6c632b61e964e1f"],
  ["xxh128", "abc", "06b05ab6733a618578af5f94892f3950"],
  ["sha256", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
];
for (const [algorithm, text, hex] of VECTORS) {
  Deno.test(`createDigester("${algorithm}") gives the known digest of "${text}"`, async () => {
    const digester = await createDigester(algorithm);
    digester.update(encoder.encode(text));
    assert.equal(digester.algorithm, algorithm);
    assert.equal(digester.digest(), `${algorithm}:${hex}`);
  });
}

for (const algorithm of DIGEST_ALGORITHMS) {
  Deno.test(`Digester.digest() of ${algorithm} may be followed by more bytes`, async () => {
    const [asked, whole] = [await createDigester(algorithm), await createDigester(algorithm)];
    asked.update(encoder.encode("first "));
    const early = asked.digest();
    assert.equal(asked.digest(), early);
    asked.update(encoder.encode("second"));
    whole.update(encoder.encode("first second"));
    assert.equal(asked.digest(), whole.digest());
    assert.notEqual(asked.digest(), early);
  });

  Deno.test(`Digester.digest() of ${algorithm} is the same however the bytes are cut`, async () => {
    const [parts, whole] = [await createDigester(algorithm), await createDigester(algorithm)];
    const chunks = fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 8 });
    fc.assert(fc.property(chunks, (cut) => {
      parts.reset();
      whole.reset();
      for (const chunk of cut) {
        parts.update(chunk);
        parts.digest();
      }
      whole.update(concatBytes(cut));
      assert.equal(parts.digest(), whole.digest());
    }));
  });

  Deno.test(`Digester.reset() of ${algorithm} forgets all bytes, also after digest()`, async () => {
    const digester = await createDigester(algorithm);
    const empty = digester.digest();
    digester.update(randomBytes(100_000));
    digester.digest();
    digester.reset();
    assert.equal(digester.digest(), empty);
  });

  Deno.test(`createDigester() gives ${algorithm} digesters that do not disturb each other`, async () => {
    const [one, two] = [await createDigester(algorithm), await createDigester(algorithm)];
    one.update(encoder.encode("ab"));
    two.update(encoder.encode("xyz"));
    one.update(encoder.encode("c"));
    const fresh = await createDigester(algorithm);
    fresh.update(encoder.encode("abc"));
    assert.equal(one.digest(), fresh.digest());
  });
}

Deno.test("Digester.update() takes many MiB at once and parts of larger buffers", async () => {
  const bytes = randomBytes(3 * 1024 * 1024 + 7, 5);
  const digester = await createDigester("sha256");
  digester.update(bytes.subarray(0, 1_500_001));
  digester.update(bytes.subarray(1_500_001));
  assert.equal(digester.digest(), `sha256:${createHash("sha256").update(bytes).digest("hex")}`);
});

Deno.test("createDigester() gives the XXH3 that hash-wasm's own functions give, for pieces of any size", async () => {
  const digester = await createDigester("xxh128");
  for (const sizeBytes of [1, 240, 241, 16 * 1024, 16 * 1024 + 1, 1_000_003]) {
    const bytes = randomBytes(sizeBytes, sizeBytes);
    digester.reset();
    digester.update(bytes);
    assert.equal(digester.finish(), `xxh128:${await xxhash128(bytes)}`, `${sizeBytes}`);
  }
});

Deno.test("createDigesterWith() makes digesters of a module that another thread has compiled", async () => {
  const body = `self.onmessage = ({ data }) => self.postMessage(data);`;
  const url = URL.createObjectURL(new Blob([body], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module" });
  const back = Promise.withResolvers<WebAssembly.Module>();
  worker.onmessage = ({ data }): void => back.resolve(data);
  worker.postMessage(await xxh128Module());
  const module = await back.promise;
  worker.terminate();
  URL.revokeObjectURL(url);
  const digester = await createDigesterWith("xxh128", () => module);
  digester.update(encoder.encode("abc"));
  assert.equal(digester.digest(), "xxh128:06b05ab6733a618578af5f94892f3950");
});
