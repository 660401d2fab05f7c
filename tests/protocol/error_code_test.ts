import assert from "node:assert/strict";
import { ERROR_CODE_NAMES, ERROR_CODES, errorCodeFromWire } from "#protocol/error_code.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

Deno.test("ERROR_CODES gives each code a wire number of its own, growing from 1", () => {
  const numbers = ERROR_CODE_NAMES.map((name) => ERROR_CODES[name].wire);
  assert.equal(numbers[0], 1);
  assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b));
});

Deno.test("ERROR_CODES gives each code an exit code of failure and an HTTP status of failure", () => {
  for (const name of ERROR_CODE_NAMES) {
    const { exit, http } = ERROR_CODES[name];
    assert.ok(exit > 0 && exit < 256, name);
    assert.ok(http >= 400 && http < 600, name);
  }
});

Deno.test("errorCodeFromWire() gives back each code from its number", () => {
  for (const name of ERROR_CODE_NAMES) {
    assert.equal(errorCodeFromWire(ERROR_CODES[name].wire), name);
  }
});

Deno.test("errorCodeFromWire() gives internal for a number of a later version", () => {
  for (const wire of [0, -1, 30, 1.5, Number.NaN, 1e9]) {
    assert.equal(errorCodeFromWire(wire), "internal");
  }
});

Deno.test("SluiceError carries what its code says and keeps its cause", () => {
  const cause = new Error("ENOSPC");
  const error = new SluiceError("disk_full", "Cannot write", { cause, errorId: "e1" });
  assert.ok(error instanceof Error);
  assert.equal(error.name, "SluiceError");
  assert.equal(error.exitCode, ERROR_CODES.disk_full.exit);
  assert.equal(error.isRetryable, false);
  assert.equal(error.cause, cause);
  assert.equal(error.errorId, "e1");
  assert.equal(new SluiceError("busy", "Cannot connect").isRetryable, true);
  assert.equal("cause" in new SluiceError("busy", "Cannot connect"), false);
});
