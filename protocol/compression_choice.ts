import { type Lap, LapFlow, MIB, SteadyFlow } from "./lap_flow.ts";

/** Compressing must promise to be this much faster before it is begun. */
const WORTH_BEGINNING = 1.25;
/** And must prove to be this much faster to be gone on with. */
const WORTH_KEEPING = 1.05;
/** Data that shrinks less is sent as it is. */
const LEAST_RATIO = 1.1;
/** No line this fast, in ms per MiB, is ever waited for by zstd: 500 MB/s. */
const HOPELESS_MS = 2.1;
/** Part of the time that must be spent waiting for the line; else the line is not what limits. */
const LEAST_BLOCKED = 0.3;
/** Looking at what is not done now may take this part of the time: to compress, and to send plainly. */
const TRIAL_BUDGET = 0.01;
const PROBE_BUDGET = 0.02;
/** Packed laps in a row that did not shrink: the file has another kind of data now. */
const MOST_DULL_LAPS = 3;
/** Laps after a change that still show what was before it: buffers on the way are full of that. */
const STALE_LAPS = 5;
/** Laps that make a picture: waiting comes in lumps. */
const FRESH_LAPS = 5;
/** Stretches of so many laps, and of a tenth of a second, that must agree. */
const STRETCHES = 3;
/** What is left of what a number said before, when a lap says it anew. */
const FADING = 0.8;
/** A choice that proved wrong is made again after twice the time, at most this many times doubled. */
const MOST_STRIKES = 6;
/** What a piece of half a MiB is expected to take before one was compressed; what takes longer than that is other work. */
const LIKELY_PACK_MS = 2;
const MOST_PACK_MS = 6;
/** Trials in a row under a limit, of data that shrinks: a busy machine makes some look slow. */
const TRIALS_AT_ONCE = 3;
/** By which the least time that was ever seen grows with each piece. */
const FORGETTING = 1.2;

/**
 * Decides for `auto`, frame by frame, whether compressing makes a transfer faster. It knows nothing but the
 * laps that it is told and has no clock of its own, so that it can be tested with any line one likes.
 *
 * Plainly sent, a piece takes as long as the line takes for it. Compressed, it takes as long as the line takes
 * for what is left of it, or as long as the work of compressing does, whichever is longer. Both are measured:
 * the line by sending, the work and what it saves by a trial, whose frame is sent too. What was chosen is then
 * held against what it was chosen over. Trials and probes of the other way are spaced out so that they cost
 * no more than one and two hundredths of the time.
 */
export class CompressionChoice {
  #way: "plain" | "packed" = "plain";
  /** Whether the lap under way is a trial. */
  #isTrial = false;
  /** Whether plain laps are measured only to see whether packed ones are still better. */
  #isProbe = false;
  #laps = 0;
  /** A limit that surely holds now, in bytes per second; 0 for none. */
  #rate = 0;
  /** Whether the time of plain pieces was not measured but follows from a limit. */
  #isInferred = false;
  /** What is being measured, since the last change and behind what is stale. */
  #flow = new LapFlow();
  /** The same, without what held it up for a moment: a machine that was busy is no slow line. */
  #steady = new SteadyFlow(FRESH_LAPS);
  /** Whether compressing has proved since the last change that it is worth it. */
  #isProven = false;
  /** Last known times of both ways, in ms per MiB of the file. */
  #plainMs: number | undefined;
  #packedMs: number | undefined;
  #workMs = 0;
  #ratio = 1;
  /** Packed laps in a row that did not shrink. */
  #dullLaps = 0;
  #strikes = 0;
  #nextTrialMs: number | undefined;
  /** The least time that a piece lately took to compress, in ms per MiB: all above it is the machine's other work. */
  #packMs = Infinity;
  /** Trials in a row of data that shrinks. */
  #trials = 0;
  #probedAtMs = 0;

  /** Whether frames are being compressed, not counting a trial. */
  get isPacking(): boolean {
    return this.#way === "packed";
  }

  /**
   * Chooses for the next frame.
   *
   * @param nowMs A clock that only goes forward.
   * @param rate Bytes per second that may be sent, as far as known beforehand; 0 for no limit.
   * @returns Whether it is to be compressed.
   */
  isToPack(nowMs: number, rate: number): boolean {
    if (rate !== this.#rate) this.#takeRate(rate);
    this.#nextTrialMs ??= nowMs + (this.#isInferred ? 0 : LIKELY_PACK_MS / TRIAL_BUDGET);
    if (this.#way === "packed") return true;
    this.#isTrial = this.#mayTry(nowMs);
    return this.#isTrial;
  }

  /**
   * Takes note of the frame that `isToPack` was last asked for.
   *
   * @param lap What it took.
   * @param nowMs Its end.
   */
  note(lap: Lap, nowMs: number): void {
    if (lap.plainBytes === 0) return;
    this.#laps++;
    if (lap.packMs > 0) {
      this.#packMs = Math.min(perMib(lap.packMs, lap), this.#packMs * FORGETTING);
    }
    if (this.#isTrial) this.#noteTrial(lap, nowMs);
    else if (this.#way === "plain") this.#notePlain(lap, nowMs);
    else this.#notePacked(lap, nowMs);
  }

  /** A limit that came, went or changed: what was measured under another one says little. */
  #takeRate(rate: number): void {
    this.#rate = rate;
    this.#infer(rate);
    this.#packedMs = undefined;
    this.#strikes = 0;
    this.#trials = 0;
    this.#nextTrialMs = undefined;
    this.#turn("plain");
  }

  #infer(rate: number): void {
    this.#plainMs = rate > 0 ? leastMs(rate) : undefined;
    this.#isInferred = rate > 0;
  }

  #mayTry(nowMs: number): boolean {
    if (this.#isProbe || this.#plainMs === undefined || this.#plainMs < HOPELESS_MS) return false;
    return (this.#isInferred || this.#flow.blocked >= LEAST_BLOCKED) &&
      nowMs >= (this.#nextTrialMs ?? 0);
  }

  #noteTrial(lap: Lap, nowMs: number): void {
    this.#isTrial = false;
    this.#ratio = lap.plainBytes / lap.wireBytes;
    const isShrinking = this.#ratio >= LEAST_RATIO;
    const plainMs = this.#plainMs ?? 0;
    const promised = Math.max(this.#workMs + this.#packMs, plainMs / this.#ratio);
    if (isShrinking && promised * WORTH_BEGINNING <= plainMs) {
      this.#packedMs = undefined;
      this.#probedAtMs = nowMs;
      return this.#turn("packed");
    }
    // Compressing may look slow for no fault of its own: once more before the long wait.
    this.#trials = isShrinking && this.#isInferred ? this.#trials + 1 : 0;
    if (this.#trials > 0 && this.#trials < TRIALS_AT_ONCE) return;
    this.#trials = 0;
    this.#planTrial(lap, nowMs);
  }

  #notePlain(lap: Lap, nowMs: number): void {
    const workMs = perMib(lap.totalMs - lap.blockedMs, lap);
    this.#workMs = this.#laps === 1 ? workMs : FADING * this.#workMs + (1 - FADING) * workMs;
    if (this.#laps <= STALE_LAPS) return;
    this.#flow.add(lap);
    this.#steady.add(lap);
    const measuredMs = this.#steady.ms(this.#isProbe ? 1 : STRETCHES);
    if (measuredMs === undefined) return;
    this.#isInferred = false;
    this.#plainMs = Math.max(measuredMs, this.#rate > 0 ? leastMs(this.#rate) : 0);
    if (!this.#isProbe) return;
    this.#isProbe = false;
    if ((this.#packedMs ?? Infinity) * WORTH_KEEPING > this.#plainMs) {
      return this.#planTrial(lap, nowMs);
    }
    this.#probedAtMs = nowMs;
    this.#turn("packed");
  }

  #notePacked(lap: Lap, nowMs: number): void {
    this.#ratio = FADING * this.#ratio + (1 - FADING) * (lap.plainBytes / lap.wireBytes);
    // The data has changed, not the line; what shrank a lot counts for no longer than what shrank a little.
    this.#dullLaps = lap.plainBytes / lap.wireBytes < LEAST_RATIO ? this.#dullLaps + 1 : 0;
    if (this.#dullLaps >= MOST_DULL_LAPS) {
      this.#planTrial(lap, nowMs);
      return this.#turn("plain");
    }
    if (this.#laps <= STALE_LAPS) return;
    this.#flow.add(lap);
    this.#steady.add(lap);
    this.#packedMs = this.#steady.ms(STRETCHES);
    if (this.#packedMs === undefined) return;
    if (!this.#isProven) return this.#judge(lap, nowMs);
    if (nowMs - this.#probedAtMs < this.#probeAfterMs(lap)) return;
    this.#isProbe = true;
    this.#turn("plain");
  }

  /** Has it become faster, as it should? */
  #judge(lap: Lap, nowMs: number): void {
    // Waiting under a limit, which others may share, it cannot be the work of compressing.
    const isSurelyLimited = this.#isInferred && this.#flow.blocked >= LEAST_BLOCKED;
    if (isSurelyLimited || (this.#packedMs ?? 0) * WORTH_KEEPING <= (this.#plainMs ?? Infinity)) {
      this.#strikes = 0;
      this.#isProven = true;
      return;
    }
    this.#strikes = Math.min(MOST_STRIKES, this.#strikes + 1);
    this.#planTrial(lap, nowMs);
    this.#turn("plain");
  }

  #turn(way: "plain" | "packed"): void {
    this.#way = way;
    this.#laps = 0;
    this.#dullLaps = 0;
    this.#isProven = false;
    this.#flow = new LapFlow();
    this.#steady = new SteadyFlow(FRESH_LAPS);
    this.#isTrial = false;
    if (way === "packed") this.#isProbe = false;
  }

  #planTrial({ plainBytes }: Lap, nowMs: number): void {
    const costMs = Math.min(this.#packMs * (plainBytes / MIB), MOST_PACK_MS);
    this.#nextTrialMs = nowMs + (costMs / TRIAL_BUDGET) * 2 ** this.#strikes;
  }

  /** Time after which sending plainly for a few laps is cheap, also if the line is the same as before. */
  #probeAfterMs({ plainBytes }: Lap): number {
    const slower = this.#flow.blocked >= LEAST_BLOCKED ? this.#ratio : 1;
    const lapMs = this.#flow.ms * (plainBytes / MIB) * slower;
    return (STALE_LAPS + FRESH_LAPS) * lapMs / PROBE_BUDGET;
  }
}

/** Time that a limit asks for, in ms per MiB. */
function leastMs(rate: number): number {
  return (MIB / rate) * 1000;
}

function perMib(ms: number, { plainBytes }: Lap): number {
  return ms * (MIB / plainBytes);
}
