import assert from "node:assert/strict";
import fc from "fast-check";
import * as v from "valibot";
import { decodeControl } from "#protocol/control_payload.ts";
import { ErrorSchema } from "#protocol/replies.ts";
import { AbortSchema, GetSchema, PutSchema, RenameSchema, StatSchema } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

const encoder = new TextEncoder();

Deno.test("decodeControl() gives the value with its defaults filled in", () => {
  assert.deepEqual(decode(GetSchema, `{"path":"a"}`), {
    path: "a",
    offsetBytes: 0,
    digest: "xxh128",
    compress: "off",
  });
  assert.deepEqual(decode(PutSchema, `{"path":"a","sizeBytes":1}`), {
    path: "a",
    sizeBytes: 1,
    onConflict: "error",
    resume: false,
    stage: false,
    isOpenEnded: false,
    mayCompress: false,
    algorithm: "xxh128",
    makeParents: false,
  });
});

Deno.test("decodeControl() drops keys that it does not know", () => {
  assert.deepEqual(decode(StatSchema, `{"path":"a","later":[1,{"x":2}]}`), { path: "a" });
});

Deno.test("decodeControl() takes the last one of a repeated key", () => {
  assert.deepEqual(decode(StatSchema, `{"path":"first","path":"last"}`), { path: "last" });
});

Deno.test("decodeControl() changes no prototype when a key is __proto__ or constructor", () => {
  const text = `{"path":"a","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`;
  const value = decode(StatSchema, text);
  assert.deepEqual(Object.keys(value), ["path"]);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal("polluted" in {}, false);
});

Deno.test("decodeControl() takes no value out of __proto__", () => {
  assert.throws(() => decode(StatSchema, `{"__proto__":{"path":"a"}}`), isInvalidRequest);
});

const NOT_JSON: readonly (readonly [string, Uint8Array])[] = [
  ["an empty payload", new Uint8Array(0)],
  ["invalid UTF-8", Uint8Array.from([...encoder.encode(`{"path":"`), 0xff, 0x22, 0x7d])],
  [
    "a surrogate as UTF-8",
    Uint8Array.from([...encoder.encode(`{"path":"`), 0xed, 0xa0, 0x80, 0x22, 0x7d]),
  ],
  ["an overlong slash", Uint8Array.from([...encoder.encode(`{"path":"`), 0xc0, 0xaf, 0x22, 0x7d])],
  ["a byte order mark", Uint8Array.from([0xef, 0xbb, 0xbf, ...encoder.encode(`{"path":"a"}`)])],
  ["UTF-16", Uint8Array.from([...`{"path":"a"}`].flatMap((c) => [c.charCodeAt(0), 0]))],
  ["half an object", encoder.encode(`{"path":"a"`)],
  ["two objects", encoder.encode(`{"path":"a"}{"path":"b"}`)],
  ["a comment", encoder.encode(`{"path":"a"/* */}`)],
  ["single quotes", encoder.encode(`{'path':'a'}`)],
  ["a raw line feed in a string", encoder.encode(`{"path":"a\n"}`)],
  ["NaN", encoder.encode(`{"path":"a","offsetBytes":NaN}`)],
  ["60,000 open brackets", encoder.encode("[".repeat(60_000))],
  ["30,000 nested arrays", encoder.encode("[".repeat(30_000) + "]".repeat(30_000))],
  ["10,000 nested objects", encoder.encode(`{"a":`.repeat(10_000) + "1" + "}".repeat(10_000))],
];
for (const [what, payload] of NOT_JSON) {
  Deno.test(`decodeControl() throws invalid_request for ${what}`, () => {
    assert.throws(() => decodeControl(GetSchema, payload), isInvalidRequest);
  });
}

for (const text of ["null", "1", `"text"`, "true", "[]", `[{"keep":true}]`]) {
  Deno.test(`decodeControl() throws invalid_request for ${text}, which is no object`, () => {
    assert.throws(() => decode(AbortSchema, text), isInvalidRequest);
  });
}

const NOT_SIZES = [
  "-1",
  "0.5",
  "1e400",
  "9007199254740992",
  "1e300",
  `"1"`,
  "null",
  "[1]",
  "{}",
  "true",
];
for (const size of NOT_SIZES) {
  Deno.test(`decodeControl() throws invalid_request for a size of ${size}`, () => {
    const put = `{"path":"a","sizeBytes":${size}}`;
    assert.throws(() => decode(PutSchema, put), isInvalidRequest);
    const get = `{"path":"a","offsetBytes":${size}}`;
    assert.throws(() => decode(GetSchema, get), isInvalidRequest);
  });
}

Deno.test("decodeControl() takes sizes up to 2^53 - 1", () => {
  const value = decode(PutSchema, `{"path":"a","sizeBytes":9007199254740991}`);
  assert.equal(value.sizeBytes, Number.MAX_SAFE_INTEGER);
});

Deno.test("decodeControl() leaves the judgement of a long path to parseRemotePath()", () => {
  const path = "x".repeat(30_000);
  assert.equal(decode(StatSchema, JSON.stringify({ path })).path, path);
});

Deno.test("decodeControl() names the key that is wrong", () => {
  assert.throws(() => decode(RenameSchema, `{"from":"a"}`), /to/);
  assert.throws(() => decode(PutSchema, `{"path":"a","sizeBytes":1,"resume":1}`), /resume/);
});

Deno.test("decodeControl() keeps its message within what an ERROR frame may carry", () => {
  const huge = "x".repeat(60_000);
  for (
    const text of [`{"path":"a","sizeBytes":1,"onConflict":"${huge}"}`, `{"path":{"${huge}":1}}`]
  ) {
    assert.throws(() => decode(PutSchema, text), (error: Error) => {
      assert.ok(error.message.length <= 500, `${error.message.length}`);
      return v.is(ErrorSchema, { code: 4, name: "invalid_request", message: error.message });
    });
  }
});

Deno.test("decodeControl() gives a value or throws invalid_request, and nothing else, for garbage", () => {
  const schemas = fc.constantFrom(StatSchema, GetSchema, PutSchema, AbortSchema, RenameSchema);
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.json().map((text) => encoder.encode(text)),
  );
  fc.assert(fc.property(schemas, payload, (schema, bytes) => {
    try {
      assert.equal(typeof decodeControl<v.GenericSchema>(schema, bytes), "object");
    } catch (error) {
      assert.ok(isInvalidRequest(error), `${error}`);
    }
  }));
});

function decode<S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> {
  return decodeControl(schema, encoder.encode(text));
}

function isInvalidRequest(error: unknown): boolean {
  return error instanceof SluiceError && error.code === "invalid_request";
}
