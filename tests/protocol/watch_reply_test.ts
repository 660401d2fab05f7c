import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeControl } from "#protocol/control_payload.ts";
import { MAX_SNAPSHOT_OPERATIONS } from "#protocol/limits.ts";
import { type Snapshot, SnapshotSchema } from "#protocol/replies.ts";
import { WatchSchema } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { makeOperation, makeSnapshot } from "#tests/support/snapshots.ts";

const operation = fc.record({
  connectionId: fc.maxSafeNat(),
  peer: fc.string({ maxLength: 200 }),
  secondsOpen: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  state: fc.constantFrom("working", "waiting", "watching", "idle"),
  rate: fc.maxSafeNat(),
  worker: fc.maxSafeNat(),
  position: fc.maxSafeNat(),
  operation: fc.string({ maxLength: 100 }),
  path: fc.string({ maxLength: 4096, unit: "grapheme" }).filter((path) => path.length <= 4096),
  doneBytes: fc.maxSafeNat(),
  totalBytes: fc.maxSafeNat(),
}, { requiredKeys: ["connectionId", "peer", "secondsOpen", "state", "rate"] });

Deno.test("SnapshotSchema gives back every snapshot that was encoded", () => {
  const snapshot = fc.array(operation, { maxLength: 20 }).map((operations) => ({
    ...makeSnapshot(),
    operations,
  }));
  fc.assert(fc.property(snapshot, (value) => {
    assert.deepEqual(decode(value), JSON.parse(JSON.stringify(value)));
  }));
});

Deno.test("SnapshotSchema drops keys that it does not know", () => {
  assert.deepEqual(decode({ ...makeSnapshot(), later: 1 }), makeSnapshot());
});

const BAD: Readonly<Record<string, unknown>> = {
  "a missing count": { ...makeSnapshot(), changes: undefined },
  "a negative rate": { ...makeSnapshot(), rates: { up: -1, down: 0 } },
  "an unknown state": { ...makeSnapshot(), operations: [{ ...makeOperation(), state: "busy" }] },
  "a path without a bound": {
    ...makeSnapshot(),
    operations: [{ ...makeOperation(), path: "a".repeat(5000) }],
  },
  "a list without a bound": {
    ...makeSnapshot(),
    operations: Array.from({ length: MAX_SNAPSHOT_OPERATIONS + 1 }, () => makeOperation()),
  },
};
for (const [what, value] of Object.entries(BAD)) {
  Deno.test(`SnapshotSchema refuses ${what}`, () => {
    assert.throws(() => decode(value), isInvalid);
  });
}

Deno.test("WatchSchema takes whole intervals from 100 ms to a minute", () => {
  const decodeInterval = (intervalMs: unknown): number =>
    decodeControl(WatchSchema, new TextEncoder().encode(JSON.stringify({ intervalMs }))).intervalMs;
  for (const intervalMs of [100, 1000, 60_000]) {
    assert.equal(decodeInterval(intervalMs), intervalMs);
  }
  for (const bad of [99, 60_001, 0, -1, 100.5, "1000", null, undefined]) {
    assert.throws(() => decodeInterval(bad), isInvalid, String(bad));
  }
});

function decode(value: unknown): Snapshot {
  return decodeControl(SnapshotSchema, new TextEncoder().encode(JSON.stringify(value)));
}

function isInvalid(error: unknown): boolean {
  return error instanceof SluiceError && error.code === "invalid_request";
}
