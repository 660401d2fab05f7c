import { type AuditEntry, encodeAuditLine } from "./audit_entry.ts";

/** Lines that are passed on together at the most. */
const MAX_LINES = 128;

/** An entry without who did it. */
export type ClientDeed = Omit<AuditEntry, "connection" | "peer" | "token">;

/** Options of {@linkcode AuditGatherer}. */
export interface AuditGathererOptions {
  /** Whether anybody keeps the lines. */
  readonly isOn: () => boolean;
  /** Adds who did it. */
  readonly complete: (deed: ClientDeed) => AuditEntry;
  /** Passes whole lines on. */
  readonly send: (lines: string) => void;
}

/** Gathers the lines of one worker until there is a pause: many small requests cost one message. */
export class AuditGatherer {
  readonly #options: AuditGathererOptions;
  #lines = "";
  #count = 0;

  /** @param options Who did what is noted, and where it goes. */
  constructor(options: AuditGathererOptions) {
    this.#options = options;
  }

  /** Notes what a client did. */
  add(deed: ClientDeed): void {
    if (!this.#options.isOn()) return;
    this.#lines += encodeAuditLine(this.#options.complete(deed));
    if (++this.#count >= MAX_LINES) this.flush();
  }

  /** Passes on what was gathered. */
  flush(): void {
    if (this.#count === 0) return;
    const lines = this.#lines;
    this.#lines = "";
    this.#count = 0;
    this.#options.send(lines);
  }
}
