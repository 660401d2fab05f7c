import assert from "node:assert/strict";
import fc from "fast-check";
import { MAGIC, PREFACE_BYTES, PROTOCOL_VERSION } from "#protocol/limits.ts";
import { encodePreface, judgePreface } from "#protocol/preface.ts";

const encoder = new TextEncoder();
const HTTP_METHODS = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "CONNECT",
  "OPTIONS",
  "TRACE",
  "PATCH",
];

Deno.test("encodePreface() writes the layout of docs/protocol.md §2", () => {
  const expected = [0x53, 0x4c, 0x55, 0x49, 0x43, 0x45, 0x00, PROTOCOL_VERSION];
  assert.deepEqual([...encodePreface()], expected);
});

Deno.test("judgePreface() gives back any version that encodePreface() wrote", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 0xffff }), (version) => {
    assert.deepEqual(judgePreface(encodePreface(version)), { kind: "sluice", version });
  }));
});

Deno.test("judgePreface() says incomplete for each beginning of a preface", () => {
  const preface = encodePreface();
  for (let length = 0; length < PREFACE_BYTES; length++) {
    assert.deepEqual(judgePreface(preface.subarray(0, length)), { kind: "incomplete" });
  }
});

Deno.test("judgePreface() looks at the preface only when more bytes have arrived", () => {
  const bytes = new Uint8Array(PREFACE_BYTES + 20).fill(0xff);
  bytes.set(encodePreface());
  assert.deepEqual(judgePreface(bytes), { kind: "sluice", version: PROTOCOL_VERSION });
});

Deno.test("judgePreface() knows HTTP by a method and a space, and not before", () => {
  for (const method of HTTP_METHODS) {
    const line = encoder.encode(`${method} / HTTP/1.1\r\n`);
    for (let length = 1; length <= line.byteLength; length++) {
      const kind = length > method.length ? "http" : "incomplete";
      assert.equal(judgePreface(line.subarray(0, length)).kind, kind, `${method} ${length}`);
    }
  }
});

Deno.test("judgePreface() knows the preface of HTTP/2", () => {
  assert.equal(judgePreface(encoder.encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).kind, "http");
});

Deno.test("judgePreface() knows TLS by its first byte", () => {
  assert.equal(judgePreface(Uint8Array.of(0x16)).kind, "tls");
  assert.equal(judgePreface(Uint8Array.of(0x16, 3, 1, 2, 0, 1)).kind, "tls");
  assert.equal(judgePreface(Uint8Array.of(0x15, 3, 3, 0, 2, 2, 50)).kind, "tls", "an alert");
});

Deno.test("judgePreface() says unknown as soon as one byte shows it", () => {
  for (
    const text of ["x", "SSH-2.0-", "get / HTTP/1.1", "GETX", "SLUICf", "\0", "PROPFIND / HTTP/1.1"]
  ) {
    assert.equal(judgePreface(encoder.encode(text)).kind, "unknown", text);
  }
});

Deno.test("judgePreface() never takes a verdict back when more bytes arrive", () => {
  const starts = fc.constantFrom(MAGIC, ...HTTP_METHODS.map((method) => encoder.encode(method)));
  const bytes = fc.tuple(starts, fc.nat(8), fc.uint8Array({ maxLength: 12 }))
    .map(([start, cut, rest]) => Uint8Array.from([...start.subarray(0, cut), ...rest]));
  fc.assert(fc.property(bytes, (whole) => {
    let first = "incomplete";
    for (let length = 0; length <= whole.byteLength; length++) {
      const { kind } = judgePreface(whole.subarray(0, length));
      if (first !== "incomplete") assert.equal(kind, first);
      first = kind;
    }
  }));
});
