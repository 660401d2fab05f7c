import assert from "node:assert/strict";
import { NOTHING_OBSERVED } from "#server/metrics/observed_counts.ts";
import { NO_COUNTS } from "#server/processes/fleet.ts";
import { encodeMessage, parseFromProcess, readMessages } from "#server/processes/messages.ts";

const MESSAGES = [
  { type: "ready", pid: 7, runtime: "2.9.6" },
  { type: "failed", message: "Cannot listen: \u00e4\n" },
  { type: "counts", counts: NO_COUNTS, isWatched: true },
  { type: "counts", counts: { ...NO_COUNTS, written: { "": 5, "1f-2e": 6 } }, isWatched: false },
  { type: "counts", counts: NO_COUNTS, isWatched: true, observed: NOTHING_OBSERVED },
  { type: "throttle", change: { rate: 5 } },
] as const;

function bytesOf(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(MESSAGES.flatMap((message) => [...encodeMessage(message)]));
}

Deno.test("readMessages() reads what was written, cut anywhere", async () => {
  const bytes = bytesOf();
  for (let size = 1; size < bytes.byteLength; size = size * 2 + 1) {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.byteLength; at += size) pieces.push(bytes.slice(at, at + size));
    const read = readMessages(ReadableStream.from(pieces), parseFromProcess);
    assert.deepEqual(await Array.fromAsync(read), MESSAGES);
  }
});

Deno.test("readMessages() refuses what is no message, and a line without an end", async () => {
  const encoder = new TextEncoder();
  const lines = [
    "{",
    "{}",
    '{"type":"counts"}',
    '{"type":"ready","pid":-1,"runtime":""}',
    '{"type":"throttle","change":{"rate":-1}}',
    JSON.stringify({
      type: "counts",
      counts: { ...NO_COUNTS, written: { "a b": 1 } },
      isWatched: true,
    }),
  ];
  for (const line of lines) {
    const read = readMessages(ReadableStream.from([encoder.encode(`${line}\n`)]), parseFromProcess);
    await assert.rejects(Array.fromAsync(read));
  }
  const endless = ReadableStream.from(Array.from({ length: 80 }, () => new Uint8Array(65_536)));
  await assert.rejects(Array.fromAsync(readMessages(endless, parseFromProcess)), RangeError);
});
