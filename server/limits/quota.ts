import { formatBytes } from "#protocol/byte_units.ts";
import { sleep } from "#protocol/sleep.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { type ByteCounter, measureRoom } from "./measure_room.ts";
import type { RoomCells } from "./room_cells.ts";

/** Looks whether another worker has measured, and for how long at the most. */
const POLL_MS = 20;
const MEASURE_TIMEOUT_MS = 60_000;

/** Options of {@linkcode Quota}. */
export interface QuotaOptions {
  /** Whose it is, for messages. */
  readonly of: "the server" | "the access token";
  /** The limit of the moment; 0 for none. */
  readonly bytes: () => number;
  /** Counts what is used. */
  readonly count: ByteCounter;
  /** What is known of it, shared by all workers. */
  readonly room: RoomCells;
}

/** A limit on the bytes that are kept. It is held by counting what is written between two looks at what there is. */
export class Quota {
  readonly #options: QuotaOptions;

  /** @param options What is limited, and how it is counted. */
  constructor(options: QuotaOptions) {
    this.#options = options;
  }

  /**
   * Asks whether bytes may be added; counts what there is first, when that is due.
   *
   * @param bytes How many are to come.
   * @param act For the message.
   * @param signal Ends the wait for a measurement.
   * @throws {SluiceError} `quota_exceeded`.
   */
  async requireRoom(bytes: number, act: string, signal: AbortSignal): Promise<void> {
    const { room } = this.#options;
    if (this.#options.bytes() === 0) return;
    const isOver = (): boolean => room.usedBytes + bytes > this.#options.bytes();
    const isDue = !room.isMeasured || room.isStale;
    if (isDue || (isOver() && room.isWorthMeasuring)) await this.#measure(signal);
    if (isOver()) throw this.#exceeded(act);
  }

  /**
   * Counts bytes that were written.
   *
   * @throws {SluiceError} `quota_exceeded` when they were too many.
   */
  addWritten(bytes: number, act: string): void {
    const { room } = this.#options;
    const most = this.#options.bytes();
    if (most === 0) return;
    room.addWritten(bytes);
    if (room.isMeasured && room.usedBytes > most) throw this.#exceeded(act);
  }

  async #measure(signal: AbortSignal): Promise<void> {
    const { count, room } = this.#options;
    const deadline = performance.now() + MEASURE_TIMEOUT_MS;
    while (room.isMeasuring && performance.now() < deadline) await sleep(POLL_MS, signal);
    if (!room.isMeasured || room.isStale || room.isWorthMeasuring) await measureRoom(count, room);
  }

  #exceeded(act: string): SluiceError {
    const quota = `${this.#options.of}'s quota of ${formatBytes(this.#options.bytes())}`;
    return new SluiceError("quota_exceeded", `Cannot ${act}: ${quota} is used up`);
  }
}
