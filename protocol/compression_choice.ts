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
/** Laps after a change that still show what was before it: buffers on the way are full of that. */
const STALE_LAPS = 5;
/** Laps that make a picture. */
const FRESH_LAPS = 3;
/** Weight of the last lap in an average. */
const WEIGHT = 0.3;
/** A choice that proved wrong is made again after twice the time, at most this many times doubled. */
const MOST_STRIKES = 6;
const MIB = 1024 * 1024;

/** What one frame took, from its making to the making of the next. */
export interface Lap {
  /** Bytes of the file in it. */
  readonly plainBytes: number;
  /** Bytes that were sent for them. */
  readonly wireBytes: number;
  /** Time spent compressing; 0 when that was not tried. */
  readonly packMs: number;
  /** Time spent waiting for the line: its rate, its window, its buffers. */
  readonly blockedMs: number;
  /** All of its time. */
  readonly totalMs: number;
}

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
  /** A limit that is known beforehand, in bytes per second; 0 for none. */
  #rate = 0;
  /** Averages, in ms per MiB of the file. */
  #plainMs: number | undefined;
  #packedMs: number | undefined;
  #workMs = 0;
  /** Part of the time spent waiting. */
  #blocked = 0;
  #ratio = 1;
  #strikes = 0;
  #nextTrialMs = 0;
  /** Time that the last piece took to compress. */
  #packMs = 0;
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
    if (lap.packMs > 0) this.#packMs = lap.packMs;
    if (this.#isTrial) this.#noteTrial(lap, nowMs);
    else if (this.#way === "plain") this.#notePlain(lap, nowMs);
    else this.#notePacked(lap, nowMs);
  }

  /** A limit that came, went or changed: what was measured under another one says little. */
  #takeRate(rate: number): void {
    this.#rate = rate;
    this.#plainMs = rate > 0 ? leastMs(rate) : undefined;
    this.#packedMs = undefined;
    this.#strikes = 0;
    this.#nextTrialMs = 0;
    this.#turn("plain");
  }

  #mayTry(nowMs: number): boolean {
    if (this.#isProbe || this.#plainMs === undefined || this.#plainMs < HOPELESS_MS) return false;
    const isLimited = this.#blocked >= LEAST_BLOCKED ||
      (this.#rate > 0 && this.#laps <= STALE_LAPS);
    return isLimited && nowMs >= this.#nextTrialMs;
  }

  #noteTrial(lap: Lap, nowMs: number): void {
    const packMs = perMib(lap.packMs, lap);
    this.#isTrial = false;
    this.#ratio = lap.plainBytes / lap.wireBytes;
    const plainMs = this.#plainMs ?? 0;
    const promised = Math.max(this.#workMs + packMs, plainMs / this.#ratio);
    if (this.#ratio >= LEAST_RATIO && promised * WORTH_BEGINNING <= plainMs) {
      this.#packedMs = undefined;
      this.#probedAtMs = nowMs;
      return this.#turn("packed");
    }
    this.#planTrial(nowMs);
  }

  #notePlain(lap: Lap, nowMs: number): void {
    const workMs = perMib(lap.totalMs - lap.blockedMs, lap);
    this.#workMs = this.#laps === 1 ? workMs : average(this.#workMs, workMs);
    if (this.#laps <= STALE_LAPS) return;
    const totalMs = perMib(lap.totalMs, lap);
    this.#blocked = average(this.#laps === STALE_LAPS + 1 ? undefined : this.#blocked, part(lap));
    this.#plainMs = Math.max(
      average(this.#laps === STALE_LAPS + 1 ? undefined : this.#plainMs, totalMs),
      this.#rate > 0 ? leastMs(this.#rate) : 0,
    );
    if (!this.#isProbe || this.#laps < STALE_LAPS + FRESH_LAPS) return;
    this.#isProbe = false;
    if ((this.#packedMs ?? Infinity) * WORTH_KEEPING > this.#plainMs) return this.#planTrial(nowMs);
    this.#probedAtMs = nowMs;
    this.#turn("packed");
  }

  #notePacked(lap: Lap, nowMs: number): void {
    this.#ratio = average(this.#ratio, lap.plainBytes / lap.wireBytes);
    if (this.#ratio < LEAST_RATIO) {
      // The data has changed, not the line.
      this.#planTrial(nowMs);
      return this.#turn("plain");
    }
    if (this.#laps <= STALE_LAPS) return;
    this.#packedMs = average(this.#packedMs, perMib(lap.totalMs, lap));
    this.#blocked = average(this.#laps === STALE_LAPS + 1 ? undefined : this.#blocked, part(lap));
    if (this.#laps === STALE_LAPS + FRESH_LAPS) return this.#judge(lap, nowMs);
    if (
      this.#laps > STALE_LAPS + FRESH_LAPS && nowMs - this.#probedAtMs >= this.#probeAfterMs(lap)
    ) {
      this.#isProbe = true;
      this.#turn("plain");
    }
  }

  /** Has it become faster, as it should? */
  #judge(lap: Lap, nowMs: number): void {
    // Waiting under a known limit, which others may share, it cannot be the work of compressing.
    const isSurelyLimited = this.#rate > 0 && this.#blocked >= LEAST_BLOCKED;
    if (isSurelyLimited || (this.#packedMs ?? 0) * WORTH_KEEPING <= (this.#plainMs ?? Infinity)) {
      this.#strikes = 0;
      return;
    }
    this.#strikes = Math.min(MOST_STRIKES, this.#strikes + 1);
    this.#planTrial(nowMs);
    this.#turn("plain");
  }

  #turn(way: "plain" | "packed"): void {
    this.#way = way;
    this.#laps = 0;
    this.#isTrial = false;
    if (way === "packed") this.#isProbe = false;
  }

  #planTrial(nowMs: number): void {
    this.#nextTrialMs = nowMs + (this.#packMs / TRIAL_BUDGET) * 2 ** this.#strikes;
  }

  /** Time after which sending plainly for a few laps is cheap, also if the line is the same as before. */
  #probeAfterMs(lap: Lap): number {
    const slower = this.#blocked >= LEAST_BLOCKED ? this.#ratio : 1;
    return (STALE_LAPS + FRESH_LAPS) * lap.totalMs * slower / PROBE_BUDGET;
  }
}

/** Time that a limit asks for, in ms per MiB. */
function leastMs(rate: number): number {
  return (MIB / rate) * 1000;
}

function perMib(ms: number, { plainBytes }: Lap): number {
  return ms * (MIB / plainBytes);
}

function part({ blockedMs, totalMs }: Lap): number {
  return totalMs > 0 ? blockedMs / totalMs : 0;
}

function average(before: number | undefined, now: number): number {
  return before === undefined ? now : before + WEIGHT * (now - before);
}
