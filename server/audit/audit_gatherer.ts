import { type AuditEntry, encodeAuditLine } from "./audit_entry.ts";

/** Lines that are passed on together at the most. */
const MAX_LINES = 128;

/** An entry without who did it. */
export type ClientDeed = Omit<AuditEntry, "connection" | "peer">;

/** Gathers the lines of one worker until there is a pause: many small requests cost one message. */
export class AuditGatherer {
  readonly #isOn: () => boolean;
  readonly #send: (lines: string) => void;
  #lines = "";
  #count = 0;

  /**
   * @param isOn Whether anybody keeps the lines.
   * @param send Passes whole lines on.
   */
  constructor(isOn: () => boolean, send: (lines: string) => void) {
    this.#isOn = isOn;
    this.#send = send;
  }

  /** Notes what a client did. */
  add(client: Pick<AuditEntry, "connection" | "peer">, what: ClientDeed): void {
    if (!this.#isOn()) return;
    this.#lines += encodeAuditLine({ ...client, ...what });
    if (++this.#count >= MAX_LINES) this.flush();
  }

  /** Passes on what was gathered. */
  flush(): void {
    if (this.#count === 0) return;
    const lines = this.#lines;
    this.#lines = "";
    this.#count = 0;
    this.#send(lines);
  }
}
