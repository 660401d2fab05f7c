import type { Logger } from "@logtape/logtape";
import { escapeText } from "#protocol/escape_text.ts";
import { formatBytes, formatRate, formatSeconds } from "#protocol/byte_units.ts";
import type { SluiceError } from "#protocol/sluice_error.ts";
import type { Access } from "./access/access.ts";
import type { AuditEntry } from "./audit/audit_entry.ts";
import type { WorkerEvent } from "./channel.ts";
import type { RequestTally } from "./metrics/request_tally.ts";
import { describeFault, withErrorId } from "./error_reply.ts";
import { RefusalPace } from "./refusal_pace.ts";

/** Who counts and keeps what connections go through. */
export interface ConnectionObserver {
  readonly tally: RequestTally;
  audit(entry: AuditEntry): void;
}

/** What a request was about that no worker has seen. */
export interface RefusedRequest {
  /** As in the audit log; `undefined` for what is not noted there. */
  readonly operation?: string | undefined;
  /** From root; `undefined` for none. */
  readonly path?: string | undefined;
}

/** The log lines of one connection's life; every line names the connection, and its worker. */
export class ConnectionLog {
  /** Of the requests that the main thread itself refuses. */
  readonly refusals = new RefusalPace();
  readonly #logger: Logger;
  #client: Pick<AuditEntry, "connection" | "peer" | "token">;
  readonly #observer: ConnectionObserver;

  /**
   * @param logger The server's logger.
   * @param connectionId Number of the connection.
   * @param peer Address of the client.
   * @param observer Hears of refusals and waits.
   */
  constructor(
    logger: Logger,
    connectionId: number,
    peer: string,
    observer: ConnectionObserver,
  ) {
    this.#client = { connection: connectionId, peer };
    this.#observer = observer;
    this.#logger = logger.with({ connection: connectionId, peer });
    this.#logger.info("connection {connection}: accepted from {peer}");
  }

  /** A client is let in; the token itself is never logged. */
  greeted(agent: string, { token, role, base }: Access): void {
    this.#logger.debug("connection {connection}: client is {agent}", { agent: escapeText(agent) });
    if (token === undefined) return;
    this.#client = { ...this.#client, token: token.name };
    this.#logger.info('connection {connection}: token "{token}", {role} of "/{base}"', {
      token: escapeText(token.name),
      role,
      base: escapeText(base),
    });
  }

  /** @param waitingSinceMs When it began to wait, by `performance.now()`. */
  leased(worker: number, waitingSinceMs: number | undefined): void {
    const nowMs = performance.now();
    this.#observer.tally.addTime("queue", (nowMs - (waitingSinceMs ?? nowMs)) / 1000);
    this.#logger.info("connection {connection}: worker {worker} leased", { worker });
  }

  released(worker: number): void {
    this.#logger.info("connection {connection}: worker {worker} released", { worker });
  }

  queued(position: number): void {
    this.#logger.info("connection {connection}: queued, position {position}", { position });
  }

  workerLost(worker: number, reason: string, errorId: string): void {
    this.#logger.error(
      "connection {connection}: worker {worker} failed (error {errorId}): {reason}",
      { worker, errorId, reason: escapeText(reason) },
    );
  }

  fault(error: SluiceError): void {
    this.#logger.error("connection {connection}: fault (error {errorId}): {detail}", {
      errorId: error.errorId,
      detail: escapeText(describeFault(error.cause)),
    });
  }

  /**
   * An ERROR that is about the connection itself.
   *
   * @param error What the client is told.
   * @param isRefusal Whether the connection never got as far as a welcome.
   */
  ended(error: SluiceError, isRefusal: boolean): void {
    const { code, errorId } = error;
    // Who is told so before the welcome was refused at the door, which counts that itself.
    if (!isRefusal || code !== "busy") this.#observer.tally.addEnded(code, isRefusal);
    if (!isRefusal) return;
    this.#observer.audit({ ...this.#client, operation: "connect", outcome: code, errorId });
  }

  /** The client has changed the rates of the whole server. */
  throttled(rate: string, ratePerConnection: string): void {
    this.#logger.info(
      "connection {connection}: throttle is now {rate} in all, {ratePerConnection} per connection",
      { rate, ratePerConnection },
    );
    this.#observer.audit({ ...this.#client, operation: "throttle", outcome: "done" });
  }

  /** A request that the main thread itself has refused; a flood of them has few lines, and their count. */
  refused(error: SluiceError, { operation, path }: RefusedRequest): void {
    const { code, errorId } = error;
    this.#observer.tally.addUnserved(code);
    if (operation !== undefined) {
      this.#observer.audit({ ...this.#client, operation, path, outcome: code, errorId });
    }
    if (!this.refusals.note()) return;
    const reason = escapeText(withErrorId(error));
    this.#logger.warn("connection {connection}: failed: {code}: {reason}", {
      code,
      errorId,
      reason,
    });
  }

  /** Says what is not said yet; called about once a second. */
  tick(nowMs: number): void {
    const count = this.refusals.look(nowMs);
    if (count > 0) {
      this.#logger.warn("connection {connection}: {count} more requests were refused", { count });
    }
  }

  closed(why: string): void {
    this.tick(performance.now());
    this.refusals.close();
    this.#logger.info("connection {connection}: closed: {why}", { why: escapeText(why) });
  }

  /** One line for many small files, and one for each of them for those who want details. */
  #batch(worker: number, event: WorkerEvent): void {
    const { operation, paths = [], doneBytes = 0, seconds = 0 } = event;
    this.#logger.info(
      "connection {connection}: worker {worker}: {operation} of {files} files: " +
        `${formatBytes(doneBytes)} in ${formatSeconds(seconds)}`,
      { worker, operation, files: paths.length, doneBytes, seconds },
    );
    for (const path of paths) {
      this.#logger.debug('connection {connection}: worker {worker}: {operation} "{path}" done', {
        worker,
        operation,
        path: escapeText(path),
      });
    }
  }

  /** Logs what a worker did for this connection. */
  worker(worker: number, event: WorkerEvent): void {
    const { message, errorId, ...rest } = event;
    const reason = message === undefined ? undefined : withErrorId({ message, errorId });
    const fields = {
      ...rest,
      worker,
      operation: escapeText(event.operation),
      path: escapeText(event.path),
      ...(reason === undefined ? {} : { reason: escapeText(reason) }),
      ...(errorId === undefined ? {} : { errorId }),
      ...(event.detail === undefined ? {} : { detail: escapeText(event.detail) }),
    };
    const what = event.kind === "failed" ? "{operation}" : '{operation} "{path}"';
    if (event.kind === "batch") return this.#batch(worker, event);
    const line = `connection {connection}: worker {worker}: ${what} ${summary(event)}`;
    if (event.code === "internal") this.#logger.error(line, fields);
    else if (event.kind === "failed") this.#logger.warn(line, fields);
    else this.#logger.info(line, fields);
  }
}

function summary(event: WorkerEvent): string {
  const done = event.doneBytes ?? 0;
  const total = event.totalBytes ?? 0;
  const seconds = event.seconds ?? 0;
  switch (event.kind) {
    case "started":
      return `started: ${formatBytes(total)}` +
        (event.offsetBytes ? `, resumed at ${formatBytes(event.offsetBytes)}` : "");
    case "progress":
      return `at {doneBytes} of {totalBytes} bytes`;
    case "finished": {
      const moved = done - (event.offsetBytes ?? 0);
      return `finished: ${formatBytes(moved)} in ${formatSeconds(seconds)}, ` +
        `${formatRate(moved / Math.max(seconds, 0.001))}, {digest}, {outcome}`;
    }
    case "kept":
      return "kept: {doneBytes} of {totalBytes} bytes, to be continued";
    case "discarded":
      return "discarded by the client";
    case "changed":
      return "done";
    case "batch":
      return "";
    case "failed":
      return "failed: {code}: {reason}" + (event.detail === undefined ? "" : " {detail}");
  }
}
