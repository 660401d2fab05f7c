import assert from "node:assert/strict";
import { formatServerAddress, parseServerAddress } from "#client/address.ts";

const GOOD: readonly (readonly [string, string, number, string])[] = [
  ["localhost", "localhost", 9999, "localhost:9999"],
  ["127.0.0.1:80", "127.0.0.1", 80, "127.0.0.1:80"],
  [" files.example.org:1 ", "files.example.org", 1, "files.example.org:1"],
  ["[::1]", "::1", 9999, "[::1]:9999"],
  ["[::1]:65535", "::1", 65535, "[::1]:65535"],
  ["fe80::1", "fe80::1", 9999, "[fe80::1]:9999"],
];

Deno.test("parseServerAddress() reads hosts with and without a port", () => {
  for (const [text, hostname, port, formatted] of GOOD) {
    assert.deepEqual(parseServerAddress(text), { hostname, port }, text);
    assert.equal(formatServerAddress({ hostname, port }), formatted);
    assert.deepEqual(parseServerAddress(formatted), { hostname, port });
  }
});

Deno.test("parseServerAddress() refuses everything else", () => {
  const bad = ["", ":", ":80", "host:", "host:0", "host:65536", "host:x", "a b", "[::1", "[]:80"];
  for (
    const text of [...bad, "http://host", "user@host", "host/path", "[::1]:", "host:99999999999"]
  ) {
    assert.throws(() => parseServerAddress(text), RangeError, text);
  }
});

Deno.test("parseServerAddress() reads tls:// in front of each of them", () => {
  for (const [text, hostname, port, formatted] of GOOD) {
    const address = { hostname, port, tls: {} };
    assert.deepEqual(parseServerAddress(`tls://${text.trim()}`), address, text);
    assert.equal(formatServerAddress(address), `tls://${formatted}`);
  }
  for (const text of ["tls://", "tls:host", "tls://tls://host", "https://host"]) {
    assert.throws(() => parseServerAddress(text), RangeError, text);
  }
});
