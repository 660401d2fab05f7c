import assert from "node:assert/strict";
import { CompressionChoice } from "#protocol/compression_choice.ts";

const MIB = 1024 * 1024;
const PIECE_BYTES = MIB / 2;

/** A line, a machine and a file. Times in ms per MiB of the file. */
interface World {
  readonly megabytes: number;
  /** Bytes per second that the line takes, at a time in ms. */
  readonly lineRate: (atMs: number) => number;
  /** What sender and receiver know of it. */
  readonly knownRate?: (atMs: number) => number;
  readonly workMs?: number;
  readonly packMs?: number;
  /** How much the piece at an offset shrinks. */
  readonly ratio: (atBytes: number) => number;
  /** Bytes that can be under way. */
  readonly bufferBytes?: number;
  /** Time after which the receiver takes what has come, all at once. */
  readonly lumpMs?: number;
}

/** What became of a simulated transfer. */
interface Outcome {
  readonly ms: number;
  readonly wireBytes: number;
  readonly packedPieces: number;
}

type Choose = Pick<CompressionChoice, "isToPack" | "note">;

/** Sends pieces through a line with a buffer, by a clock of its own. */
function simulate(world: World, choice: Choose): Outcome {
  const { workMs = 0.8, packMs = 4, bufferBytes = 4 * MIB, lumpMs } = world;
  let nowMs = 0;
  let wireBytes = 0;
  let packedPieces = 0;
  /** When each piece under way will have left. */
  const underWay: { bytes: number; leftMs: number }[] = [];
  let lineFreeMs = 0;
  for (let at = 0; at < world.megabytes * MIB; at += PIECE_BYTES) {
    const startedMs = nowMs;
    const isPacked = choice.isToPack(nowMs, world.knownRate?.(nowMs) ?? 0);
    const packedBytes = Math.ceil(PIECE_BYTES / world.ratio(at));
    const sent = isPacked ? Math.min(packedBytes, PIECE_BYTES) : PIECE_BYTES;
    const lapPackMs = isPacked ? packMs * (PIECE_BYTES / MIB) : 0;
    nowMs += lapPackMs + workMs * (PIECE_BYTES / MIB);
    const beforeMs = nowMs;
    while (underWay.reduce((sum, { bytes }) => sum + bytes, 0) + sent > bufferBytes) {
      nowMs = Math.max(nowMs, underWay.shift()?.leftMs ?? nowMs);
    }
    lineFreeMs = Math.max(lineFreeMs, nowMs) + (sent / world.lineRate(nowMs)) * 1000;
    const leftMs = lumpMs === undefined ? lineFreeMs : Math.ceil(lineFreeMs / lumpMs) * lumpMs;
    underWay.push({ bytes: sent, leftMs });
    while ((underWay[0]?.leftMs ?? Infinity) <= nowMs) underWay.shift();
    wireBytes += sent;
    if (isPacked) packedPieces++;
    choice.note({
      plainBytes: PIECE_BYTES,
      wireBytes: sent,
      packMs: lapPackMs,
      blockedMs: nowMs - beforeMs,
      totalMs: nowMs - startedMs,
    }, nowMs);
  }
  return { ms: Math.max(nowMs, lineFreeMs), wireBytes, packedPieces };
}

const always = (isPacked: boolean): Choose => ({ isToPack: () => isPacked, note: () => {} });

/** How much longer the choice took than the better of both ways. */
function regret(world: World): { readonly regret: number; readonly outcome: Outcome } {
  const outcome = simulate(world, new CompressionChoice());
  const best = Math.min(
    simulate(world, always(true)).ms,
    simulate(world, always(false)).ms,
  );
  return { regret: outcome.ms / best - 1, outcome };
}

const TEXT = (): number => 3.7;
const NOISE = (): number => 1;

Deno.test("CompressionChoice compresses from the first piece on under a rate that is known", () => {
  const lineRate = (): number => 10e6;
  const { regret: more, outcome } = regret({
    megabytes: 200,
    lineRate,
    knownRate: lineRate,
    ratio: TEXT,
  });
  assert.equal(outcome.packedPieces, 400);
  assert.ok(more <= 0, `${more}`);
});

Deno.test("CompressionChoice finds out by itself that a line is slow", () => {
  for (const rate of [1e6, 10e6, 40e6, 100e6]) {
    const world: World = { megabytes: 400, lineRate: () => rate, ratio: TEXT };
    assert.ok(regret(world).regret < 0.2, `${rate}: ${regret(world).regret}`);
  }
});

Deno.test("CompressionChoice costs next to nothing on a fast line, whatever the data", () => {
  for (const rate of [300e6, 700e6, 3e9]) {
    for (const ratio of [TEXT, NOISE]) {
      const world: World = { megabytes: 2000, lineRate: () => rate, ratio };
      assert.ok(regret(world).regret < 0.02, `${rate} ${ratio()}: ${regret(world).regret}`);
    }
  }
});

Deno.test("CompressionChoice takes a machine that stalls now and then for no slow line", () => {
  for (const [everyMs, stallMs] of [[400, 80], [1000, 120], [150, 20]] as const) {
    const lineRate = (atMs: number): number => atMs % everyMs < stallMs ? 30e6 : 600e6;
    const world: World = { megabytes: 1000, lineRate, ratio: TEXT, bufferBytes: MIB };
    const { regret: more, outcome } = regret(world);
    assert.ok(more < 0.05, `${everyMs}: ${more}`);
    assert.ok(outcome.packedPieces < 100, `${everyMs}: ${outcome.packedPieces}`);
  }
});

Deno.test("CompressionChoice finds a slow line also where its receiver takes bytes in lumps", () => {
  for (const lumpMs of [50, 160, 300]) {
    const world: World = { megabytes: 200, lineRate: () => 10e6, ratio: TEXT, lumpMs };
    assert.ok(regret(world).regret < 0.4, `${lumpMs}: ${regret(world).regret}`);
  }
});

Deno.test("CompressionChoice hardly tries data that does not shrink, on any line", () => {
  for (const rate of [1e6, 10e6, 100e6]) {
    const world: World = {
      megabytes: 200,
      lineRate: () => rate,
      knownRate: () => rate,
      ratio: NOISE,
      packMs: 0.6,
    };
    assert.ok(regret(world).regret < 0.01, `${rate}: ${regret(world).regret}`);
  }
});

Deno.test("CompressionChoice follows a file that turns from text to noise and back", () => {
  const ratio = (at: number): number => Math.floor(at / (50 * MIB)) % 2 === 0 ? 3.7 : 1;
  const lineRate = (): number => 10e6;
  const { regret: more, outcome } = regret({ megabytes: 200, lineRate, ratio });
  assert.ok(more < 0.15, `${more}`);
  // Of 400 pieces half are text; of the others only a few are tried.
  assert.ok(outcome.packedPieces > 150 && outcome.packedPieces < 300, `${outcome.packedPieces}`);
});

Deno.test("CompressionChoice stops when the limit is lifted, and begins when one comes", () => {
  for (const isKnown of [true, false]) {
    const lifted = (atMs: number): number => atMs < 3000 ? 10e6 : 3e9;
    const came = (atMs: number): number => atMs < 3000 ? 3e9 : 10e6;
    for (const lineRate of [lifted, came]) {
      const knownRate = isKnown ? lineRate : undefined;
      const choice = new CompressionChoice();
      const world: World = { megabytes: 6000, lineRate, ratio: TEXT };
      simulate(knownRate === undefined ? world : { ...world, knownRate }, choice);
      assert.equal(choice.isPacking, lineRate === came, `${isKnown} ${lineRate.name}`);
    }
  }
});

Deno.test("CompressionChoice gives up when compressing takes longer than it promised", () => {
  // Waiting that is no waiting for the line: the same processor is busy with other transfers.
  const choice = new CompressionChoice();
  let packed = 0;
  let nowMs = 0;
  for (let piece = 0; piece < 2000; piece++) {
    const isPacked = choice.isToPack(nowMs, 0);
    if (isPacked) packed++;
    const totalMs = isPacked ? 18 : 5.6;
    nowMs += totalMs;
    choice.note({
      plainBytes: PIECE_BYTES,
      wireBytes: isPacked ? PIECE_BYTES / 3.7 : PIECE_BYTES,
      packMs: isPacked ? 1.9 : 0,
      blockedMs: totalMs - (isPacked ? 2.2 : 0.4),
      totalMs,
    }, nowMs);
  }
  assert.ok(packed < 200, `${packed}`);
});
