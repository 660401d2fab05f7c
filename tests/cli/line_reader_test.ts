import assert from "node:assert/strict";
import { LineReader } from "#client/cli/prompt/line_reader.ts";

const NEVER = new AbortController().signal;

Deno.test("LineReader joins pieces and splits lines, whatever the pieces", async () => {
  const bytes = new TextEncoder().encode("one\r\nzwei ü 🎉\n\nlast");
  for (let size = 1; size <= bytes.length; size++) {
    const reader = new LineReader(pieces(bytes, size));
    const lines: (string | undefined)[] = [];
    for (let index = 0; index < 5; index++) lines.push(await reader.read(NEVER));
    assert.deepEqual(lines, ["one", "zwei ü 🎉", "", "last", undefined]);
  }
});

Deno.test("LineReader.read() ends when aborted, and the next one takes what comes then", async () => {
  const input = Promise.withResolvers<number | null>();
  let buffer = new Uint8Array();
  const reader = new LineReader((target) => {
    buffer = target as Uint8Array<ArrayBuffer>;
    return input.promise;
  });
  const stop = new AbortController();
  const first = reader.read(stop.signal);
  stop.abort();
  assert.equal(await first, undefined);
  const second = reader.read(NEVER);
  buffer.set(new TextEncoder().encode("hi\n"));
  input.resolve(3);
  assert.equal(await second, "hi");
});

Deno.test("LineReader does not keep an endless line", async () => {
  let reads = 0;
  const reader = new LineReader((buffer) => {
    if (reads++ >= 100) return Promise.resolve(null);
    return Promise.resolve(buffer.fill(97).length);
  });
  assert.equal((await reader.read(NEVER))?.length, 64 * 1024);
});

function pieces(bytes: Uint8Array, size: number): (buffer: Uint8Array) => Promise<number | null> {
  let offset = 0;
  return (buffer) => {
    const piece = bytes.subarray(offset, offset + size);
    offset += piece.length;
    buffer.set(piece);
    return Promise.resolve(piece.length === 0 ? null : piece.length);
  };
}
