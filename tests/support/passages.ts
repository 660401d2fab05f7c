import type { Passage } from "./tcp_relay.ts";

/** Closes both sides when so many bytes have passed. */
export function cutAfter(bytes: number): Passage {
  return splitAt(bytes, async (before, _after, way) => {
    await way.send(before);
    way.cut();
  });
}

/** Ends the stream when so many bytes have passed, and takes no more; the other direction goes on. */
export function endAfter(bytes: number): Passage {
  return splitAt(bytes, async (before, _after, way) => {
    await way.send(before);
    await way.end();
    await way.closed;
  });
}

/** Falls silent when so many bytes have passed: what follows is neither taken nor refused. */
export function stallAfter(bytes: number): Passage {
  return splitAt(bytes, async (before, _after, way) => {
    await way.send(before);
    await way.closed;
  });
}

/** Holds all bytes behind the first ones back until it is told to go on, or the connection ends. */
export function holdAfter(bytes: number, reached: () => void, goOn: Promise<void>): Passage {
  return splitAt(bytes, async (before, after, way) => {
    await way.send(before);
    reached();
    await Promise.race([goOn, way.closed]);
    await way.send(after);
  });
}

/** Turns one bit over. */
export function flipBit(atByte: number, bit: number): Passage {
  return splitAt(atByte, async (before, after, way) => {
    const damaged = after.slice();
    damaged[0] = (damaged[0] ?? 0) ^ (1 << bit);
    await way.send(before);
    await way.send(damaged);
  });
}

/** Turns a bit over in every so many bytes, without end. */
export function flipBitEach(bytes: number): Passage {
  let passed = 0;
  return async (piece, way) => {
    const damaged = piece.slice();
    const first = (bytes - passed % bytes) % bytes;
    for (let at = first; at < piece.byteLength; at += bytes) damaged[at] = (damaged[at] ?? 0) ^ 1;
    passed += piece.byteLength;
    await way.send(passed <= bytes ? piece : damaged);
  };
}

/** Sends a stretch of bytes one by one, the rest as it comes. */
export function byteByByte(from: number, count: number): Passage {
  let passed = 0;
  return async (bytes, way) => {
    const start = Math.min(Math.max(from - passed, 0), bytes.byteLength);
    const end = Math.min(Math.max(from + count - passed, 0), bytes.byteLength);
    passed += bytes.byteLength;
    await way.send(bytes.subarray(0, start));
    for (let at = start; at < end; at++) await way.send(bytes.subarray(at, at + 1));
    await way.send(bytes.subarray(end));
  };
}

/** Lets every n-th piece wait for a while, as a bad line does. */
export function delayEach(pieces: number, waitMs: number): Passage {
  let count = 0;
  return async (bytes, way) => {
    if (count++ % pieces === 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    await way.send(bytes);
  };
}

type Split = (before: Uint8Array, after: Uint8Array, way: Parameters<Passage>[1]) => Promise<void>;

/** Passes bytes on, but gives the piece with byte number `at` to `act`, split before that byte. */
function splitAt(at: number, act: Split): Passage {
  let passed = 0;
  return async (bytes, way) => {
    const cut = at - passed;
    passed += bytes.byteLength;
    if (cut < 0 || cut >= bytes.byteLength) return await way.send(bytes);
    await act(bytes.subarray(0, cut), bytes.subarray(cut), way);
  };
}
