import { FrameType } from "#protocol/frame.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { describeFault, encodeError, toSafeError } from "../error_reply.ts";
import type { Outcome } from "../metrics/request_tally.ts";
import type { Operation } from "../operation.ts";
import { BEGINNINGS } from "../request_types.ts";
import { handleArchive } from "./handlers/archive.ts";
import { handleChecksum } from "./handlers/checksum.ts";
import { handleDelete } from "./handlers/delete.ts";
import { handleEmptyTrash } from "./handlers/empty_trash.ts";
import { handleFind } from "./handlers/find.ts";
import { handleGet } from "./handlers/get.ts";
import { handleHistory } from "./handlers/history.ts";
import { handleList } from "./handlers/list.ts";
import { handleMkdir } from "./handlers/mkdir.ts";
import { handlePublish } from "./handlers/publish.ts";
import { handlePut } from "./handlers/put.ts";
import { handleRename } from "./handlers/rename.ts";
import { handleRestore } from "./handlers/restore.ts";
import { handleStat } from "./handlers/stat.ts";
import { handleTrash } from "./handlers/trash.ts";
import { HistoryDraft, type HistoryOperation } from "./history_draft.ts";
import type { InboxFrame } from "./inbox.ts";
import type { RequestContext, SessionContext } from "./request_context.ts";

type Handler = (context: RequestContext, payload: Uint8Array) => unknown;

const HANDLERS: ReadonlyMap<Operation, Handler> = new Map<Operation, Handler>([
  ["list", handleList],
  ["stat", handleStat],
  ["download", handleGet],
  ["upload", handlePut],
  ["rename", handleRename],
  ["delete", handleDelete],
  ["mkdir", handleMkdir],
  ["search", handleFind],
  ["checksum", handleChecksum],
  ["history", handleHistory],
  ["trash", handleTrash],
  ["restore", handleRestore],
  ["empty trash", handleEmptyTrash],
  ["archive", handleArchive],
  ["publish", handlePublish],
]);

/** Operations that change or move files; what only looks is not recorded. */
const RECORDED: ReadonlySet<string> = new Set<HistoryOperation>([
  "upload",
  "download",
  "rename",
  "delete",
  "restore",
  "mkdir",
  "archive",
]);

function isRecorded(operation: string): operation is HistoryOperation {
  return RECORDED.has(operation);
}

/** Thrown into whatever is under way when the lease ends; nobody is left to answer. */
class LeaseEnded extends Error {}

/** One for all: nobody reads the stack, which takes longer than the rest of a lease's end. */
const LEASE_ENDED = new LeaseEnded();

/** Serves the requests of one lease, one by one, in the order of their arrival. */
export class Session {
  readonly #context: SessionContext;
  /** How many CANCELs wait that name an id; more than one when a client uses an id again. */
  readonly #cancels = new Map<number, number>();
  readonly #lease = new AbortController();
  #current: { readonly requestId: number; readonly abort: AbortController } | undefined;

  /** Serves request after request until it is used. */
  #abort = new AbortController();
  #isYielding = false;
  #yieldsLater = false;
  #offered: PromiseWithResolvers<void> | undefined;

  /** @param context What all requests share. */
  constructor(context: SessionContext) {
    this.#context = context;
  }

  /**
   * Serves until the input ends, the lease does, or frames wait when it is to yield; never rejects.
   *
   * @returns Whether it yields.
   */
  async run(): Promise<boolean> {
    try {
      for (;;) {
        if (this.#yieldsLater && this.#context.staged.batch === undefined) await this.#offerYield();
        if (this.#isYielding && !this.#context.inbox.isEmpty) return true;
        const wait = { isBetweenRequests: true, signal: this.#lease.signal };
        const frame = await this.#context.inbox.next(wait);
        if (frame === null) return false;
        await this.#serve(frame);
      }
    } catch (error) {
      if (!(error instanceof LeaseEnded)) throw error;
      return false;
    }
  }

  /**
   * Serves no request behind the one under way. While uploads are staged that must wait: the frames
   * that publish them are still to come.
   */
  yieldTurn(): void {
    if (this.#context.staged.batch === undefined) {
      this.#isYielding = true;
      this.#offered?.resolve();
    } else {
      this.#yieldsLater = true;
      this.#context.tellYield("yieldLater");
    }
  }

  /** Waits for the main thread, which must stop sending frames first. */
  async #offerYield(): Promise<void> {
    this.#yieldsLater = false;
    this.#offered = Promise.withResolvers();
    this.#context.tellYield("yieldNow");
    await this.#offered.promise;
    this.#offered = undefined;
  }

  /** A CANCEL has arrived: ends a request that is under way or waits. */
  cancel(requestId: number): void {
    this.#cancels.set(requestId, (this.#cancels.get(requestId) ?? 0) + 1);
    this.#abortIfCurrent(requestId);
  }

  /** A CANCEL's own turn has come: all requests that were sent before it have begun. */
  forgetCancel(requestId: number): void {
    const count = (this.#cancels.get(requestId) ?? 0) - 1;
    if (count > 0) this.#cancels.set(requestId, count);
    else this.#cancels.delete(requestId);
  }

  #abortIfCurrent(requestId: number): void {
    if (this.#current?.requestId === requestId) {
      this.#current.abort.abort(
        new SluiceError("cancelled", "Cannot go on: the client cancelled it"),
      );
    }
  }

  /** Ends the upload under way: another connection goes on with it. */
  yieldSession(): void {
    this.#current?.abort.abort(
      new SluiceError("session_taken", "Cannot go on: another connection resumed this upload"),
    );
  }

  /** Ends whatever is under way, without an answer. */
  end(): void {
    this.#lease.abort(LEASE_ENDED);
    this.#offered?.resolve();
    this.#current?.abort.abort(LEASE_ENDED);
  }

  async #serve(frame: InboxFrame): Promise<void> {
    const operation = BEGINNINGS.get(frame.type);
    const handle = operation && HANDLERS.get(operation);
    // What is left of an upload that failed, and what main has answered already.
    if (operation === undefined || handle === undefined) return;
    const { requestId } = frame;
    const { outbox, gauge, storage } = this.#context;
    // Links can be renamed and restored, so a folder may be one behind any other request.
    if (frame.type !== FrameType.GET) storage.reader.forgetFolders();
    if (this.#abort.signal.aborted) this.#abort = new AbortController();
    const abort = this.#abort;
    this.#current = { requestId, abort };
    if (this.#cancels.has(requestId)) this.#abortIfCurrent(requestId);
    const history = new HistoryDraft(gauge);
    gauge.begin(operation);
    try {
      abort.signal.throwIfAborted();
      const context: RequestContext = {
        ...this.#context,
        requestId,
        signal: abort.signal,
        history,
      };
      const result = await handle(context, frame.payload);
      await outbox.control(FrameType.RESULT, requestId, result);
      this.#record(operation, history, "done");
    } catch (error) {
      // The client is gone, and with it whoever would hear of an error.
      if (error instanceof LeaseEnded) {
        this.#record(operation, history, "unreachable");
        throw error;
      }
      // What the client ends itself with ABORT is told by a line of its own, and is no error to look for.
      const safe = history.isLetGo && error instanceof SluiceError ? error : toSafeError(error);
      this.#record(operation, history, safe.code, safe.errorId);
      if (!history.isLetGo) this.#report(operation, requestId, safe);
      await outbox.frame(encodeError(requestId, safe));
    } finally {
      this.#current = undefined;
      gauge.end();
    }
  }

  #record(operation: Operation, draft: HistoryDraft, outcome: Outcome, errorId?: string): void {
    const { path, target, bytes, digest, isQuiet, startedMs } = draft;
    const seconds = (performance.now() - startedMs) / 1000;
    this.#context.tally.addRequest(operation, outcome, seconds);
    if (operation === "upload") this.#context.tally.addBytes("up", bytes);
    else if (bytes > 0) this.#context.tally.addBytes("down", bytes);
    if (outcome !== "done" || !draft.isToldLater) {
      this.#context.audit({ operation, path, target, bytes, digest, outcome, errorId, seconds });
    }
    if (path === undefined || isQuiet || !isRecorded(operation)) return;
    this.#context.record({
      atMs: Date.now(),
      peer: this.#context.peer,
      operation,
      path,
      ...(target === undefined ? {} : { target }),
      bytes,
      seconds,
      ...(digest === undefined ? {} : { digest }),
      outcome,
    });
  }

  #report(operation: string, requestId: number, error: SluiceError): void {
    this.#context.emit({
      kind: "failed",
      operation,
      path: "",
      requestId,
      code: error.code,
      message: error.message,
      ...(error.errorId === undefined ? {} : { errorId: error.errorId }),
      ...(error.code === "internal" ? { detail: describeFault(error.cause) } : {}),
    });
  }
}
