import { getLogger } from "@logtape/logtape";
import { escapeText } from "#protocol/escape_text.ts";
import { BUCKET_CELLS, TokenBucket } from "#protocol/token_bucket.ts";
import { type AuditEntry, encodeAuditLine } from "./audit/audit_entry.ts";
import { AuditLog } from "./audit/audit_log.ts";
import type { WorkerStart } from "./channel.ts";
import { FreeSpace } from "./limits/free_space.ts";
import { RoomCells } from "./limits/room_cells.ts";
import { completeLimits, type WriteLimits } from "./limits/write_limits.ts";
import type { LiveControls } from "./live_controls.ts";
import type { LiveSettings } from "./live_settings.ts";
import { completeThrottle, type ServerSettings, type ThrottleSettings } from "./server_options.ts";
import { RequestTally } from "./metrics/request_tally.ts";
import { SharedJson } from "./shared_json.ts";

/** What can be changed while a server runs, and the memory through which its workers see it. */
export class ServerControls implements LiveControls, AsyncDisposable {
  readonly #bucketCells = new SharedArrayBuffer(BUCKET_CELLS * 8);
  readonly #bucket = new TokenBucket(new BigInt64Array(this.#bucketCells), () => 0);
  readonly #liveMemory = SharedJson.allocate();
  readonly #live = new SharedJson<LiveSettings>(this.#liveMemory);
  readonly #roomMemory = RoomCells.allocate();
  readonly #tallyMemory = RequestTally.allocate();
  /** How much room there is. */
  readonly room: RoomCells = new RoomCells(this.#roomMemory);
  /** What was done. */
  readonly tally: RequestTally = new RequestTally(this.#tallyMemory);
  readonly #freeSpace: FreeSpace;
  readonly #audit: AuditLog | undefined;
  readonly #logger = getLogger(["sluice", "server"]);
  #isBlind = false;
  #maxConnections: number;
  #throttle: ThrottleSettings;
  #limits: WriteLimits;

  private constructor(settings: ServerSettings, audit: AuditLog | undefined) {
    this.#audit = audit;
    this.#maxConnections = settings.maxConnections;
    this.#throttle = settings.throttle;
    this.#limits = settings.limits;
    // Until the disk has been looked at nothing is known to be missing.
    this.room.freeBytes = Number.MAX_SAFE_INTEGER;
    this.#freeSpace = new FreeSpace(settings.root, this.room);
    this.#bucket.rate = settings.throttle.rate;
    this.#share();
  }

  /**
   * Opens what they need.
   *
   * @param settings What the server begins with.
   * @throws {RangeError} When the audit log cannot be written, or a reserve cannot be kept.
   */
  static async open(settings: ServerSettings): Promise<ServerControls> {
    await using stack = new AsyncDisposableStack();
    const audit = settings.audit && stack.use(await AuditLog.open(settings.audit));
    const controls = new ServerControls(settings, audit);
    await controls.look();
    stack.move();
    return controls;
  }

  /** Takes lines for the audit log, if there is one. */
  addAuditLines(lines: string): void {
    this.#audit?.add(lines);
  }

  /** Takes one entry for the audit log, if there is one. */
  audit(entry: AuditEntry): void {
    this.#audit?.add(encodeAuditLine(entry));
  }

  reopenAudit(): void {
    this.#audit?.reopen();
  }

  /** Writes what is still to be written. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#audit?.[Symbol.asyncDispose]();
  }

  get throttle(): ThrottleSettings {
    return this.#throttle;
  }

  get limits(): WriteLimits {
    return this.#limits;
  }

  get maxConnections(): number {
    return this.#maxConnections;
  }

  /** What is known of the room of the whole server: `RoomCells`. */
  get roomMemory(): SharedArrayBuffer {
    return this.#roomMemory;
  }

  /** What a worker is given when it starts. */
  get forWorkers(): Pick<WorkerStart, "serverBucket" | "live" | "room" | "tally"> {
    return {
      serverBucket: this.#bucketCells,
      live: this.#liveMemory,
      room: this.#roomMemory,
      tally: this.#tallyMemory,
    };
  }

  /**
   * Looks what the disk has free, when some of it is to stay so.
   *
   * @throws {RangeError} When that cannot be known.
   */
  async look(): Promise<void> {
    if (this.#limits.reserveBytes > 0) await this.#freeSpace.look();
  }

  /** Looks again, once a second; a disk that does not tell is told of once. */
  async tick(): Promise<void> {
    try {
      await this.look();
      this.#isBlind = false;
    } catch (error) {
      // What was known a second ago holds until it is known again.
      if (!this.#isBlind) this.#logger.warn("{reason}", { reason: escapeText(String(error)) });
      this.#isBlind = true;
    }
  }

  setThrottle(change: Partial<ThrottleSettings>): void {
    const throttle = completeThrottle({ ...this.#throttle, ...change });
    // Setting a rate forgets what is owed: one that stays is left alone.
    if (throttle.rate !== this.#throttle.rate) this.#bucket.rate = throttle.rate;
    this.#throttle = throttle;
    this.#share();
  }

  setMaxConnections(count: number): void {
    this.#maxConnections = count;
  }

  setLimits(limits: Partial<WriteLimits>): void {
    this.#limits = completeLimits(limits);
    this.#share();
  }

  #share(): void {
    const isAudited = this.#audit !== undefined;
    this.#live.write({ throttle: this.#throttle, limits: this.#limits, isAudited });
  }
}
