import assert from "node:assert/strict";
import { isSocketError } from "#server/socket_error.ts";

Deno.test("isSocketError() holds for a peer that cannot be reached any more", () => {
  // As Deno gives them: only the first has a class of its own.
  const host = Object.assign(new Error("No route to host (os error 113)"), {
    code: "EHOSTUNREACH",
  });
  for (const error of [new Deno.errors.NetworkUnreachable("x"), host]) {
    assert.ok(isSocketError(error), String(error));
  }
});

Deno.test("isSocketError() does not hold for a fault of the server", () => {
  const disk = Object.assign(new Error("input/output error"), { code: "EIO" });
  for (const error of [new TypeError("x"), new Error("EHOSTUNREACH"), disk, "EHOSTUNREACH"]) {
    assert.ok(!isSocketError(error), String(error));
  }
});
