/** One line of the audit log: who did what, and what came of it. */
export interface AuditEntry {
  /** Number of the connection, as in the server's log. */
  readonly connection: number;
  /** Address of the client. */
  readonly peer: string;
  /** Name of the access token; absent on a server that asks for none. */
  readonly token?: string | undefined;
  /** As in a snapshot, and `connect` for a connection that was refused. */
  readonly operation: string;
  /** Remote path; absent for what is about none. */
  readonly path?: string | undefined;
  /** Where a rename, an upload or a restore ended up, when it is not `path`. */
  readonly target?: string | undefined;
  /** Bytes that moved. */
  readonly bytes?: number;
  /** `algorithm:hex`. */
  readonly digest?: string | undefined;
  /** `done`, or the name of the error code; `unreachable` when the client went away. */
  readonly outcome: string;
  /** What the client was told, too. */
  readonly errorId?: string | undefined;
  /** How long it took. */
  readonly seconds?: number;
}

/** What JSON leaves as it is, and a terminal or an editor may obey: C1, line ends, directions of text. */
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Writes an entry as one line of JSON, with the time in front. Names may hold anything: nothing of them is
 * left as it is that could be taken for more than text.
 *
 * @param entry What happened.
 * @param atMs When it ended, in ms since 1970.
 * @returns The line and its end.
 */
export function encodeAuditLine(entry: AuditEntry, atMs: number = Date.now()): string {
  const time = new Date(atMs).toISOString();
  // Microseconds: the clock's further digits are noise.
  const rounded = entry.seconds === undefined ? {} : { seconds: Number(entry.seconds.toFixed(6)) };
  const text = JSON.stringify({ time, ...entry, ...rounded });
  return `${text.replace(UNSAFE, escapeUnit)}\n`;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
