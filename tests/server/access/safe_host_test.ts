import assert from "node:assert/strict";
import { isLoopback } from "#protocol/loopback.ts";
import { requireSafeHost } from "#server/access/safe_host.ts";

Deno.test("isLoopback() knows the addresses that only this machine reaches", () => {
  for (
    const host of ["127.0.0.1", "127.9.8.7", "localhost", "LOCALHOST", "localhost.", "::1", "[::1]"]
  ) {
    assert.ok(isLoopback(host), host);
  }
  for (
    const host of [
      "0.0.0.0",
      "::",
      "",
      "10.0.0.1",
      "128.0.0.1",
      "127.0.0.1.example.org",
      "localhost.example.org",
      "127.0.0.256",
      "1127.0.0.1",
      "::2",
    ]
  ) {
    assert.ok(!isLoopback(host), host);
  }
});

Deno.test("requireSafeHost() wants encryption and tokens where other machines can come from", () => {
  const all = [true, false];
  for (const hasTls of all) {
    for (const hasTokens of all) {
      for (const isInsecure of all) {
        const server = { hasTls, hasTokens, isInsecure };
        requireSafeHost({ host: "127.0.0.1", ...server });
        const expose = (): void => requireSafeHost({ host: "0.0.0.0", ...server });
        if (isInsecure || (hasTls && hasTokens)) expose();
        else assert.throws(expose, /^SluiceError: Cannot listen on 0\.0\.0\.0: .*--insecure$/);
      }
    }
  }
});
