import "./without_buffer.ts";
import { createDigesterWith, type Digester } from "#protocol/digester.ts";
import type { ChecksumAlgorithm } from "#protocol/digest_algorithm.ts";
import { AuditGatherer } from "../audit/audit_gatherer.ts";
import type { FromWorker, ToWorker, WorkerStart } from "../channel.ts";
import { describeFault } from "../error_reply.ts";
import { RoomCells } from "../limits/room_cells.ts";
import { WriteGuards } from "../limits/write_guards.ts";
import { LiveCounters } from "../live_counters.ts";
import type { LiveSettings } from "../live_settings.ts";
import { RequestTally } from "../metrics/request_tally.ts";
import { SharedJson } from "../shared_json.ts";
import type { NewHistoryRecord } from "../storage/history_store.ts";
import { Storage } from "../storage/storage.ts";
import { sweepStaging } from "../storage/staging.ts";
import { sweepTrash } from "../storage/sweep_trash.ts";
import { GaugeWriter } from "../work_gauge.ts";
import { EventGatherer } from "./event_gatherer.ts";
import { FlowThrottle } from "./flow_throttle.ts";
import { FolderPages } from "./folder_pages.ts";
import { Inbox } from "./inbox.ts";
import { FULL_CHUNK_BYTES, Outbox } from "./outbox.ts";
import { OutsideNames } from "./outside_names.ts";
import type { Staged } from "./request_context.ts";
import { scope } from "./scope.ts";
import { Session } from "./session.ts";
import { startTicking, startTimer } from "./timer.ts";

/** What was done is written this much later at the most, so that many things are written together. */
const FLUSH_AFTER_MS = 250;

/** How soon an upload is let go of that another process goes on with. */
const LOOK_FOR_CALLS_MS = 200;

/** One lease: its session and what feeds it. */
interface Lease {
  readonly inbox: Inbox;
  readonly session: Session;
  readonly staged: Staged;
  readonly done: Promise<void>;
}

/** What lives as long as the worker. */
class WorkerMain {
  readonly #start: WorkerStart;
  readonly #storage: Storage;
  readonly #counters: LiveCounters;
  readonly #gauge: GaugeWriter;
  readonly #live: SharedJson<LiveSettings>;
  readonly #guards: WriteGuards;
  readonly #tally: RequestTally;
  readonly #outbox: Outbox;
  readonly #digesters = new Map<ChecksumAlgorithm, Digester>();
  /** Main's clock minus this worker's, in ms. */
  #clockOffsetMs = 0;
  #lease: Lease | undefined;
  #heldSession: string | undefined;
  #endCalls: (() => void) | undefined;
  /** Who waits for `synced`, in order. */
  readonly #syncs: ((isDurable: boolean) => void)[] = [];
  #isFlushDue = false;

  constructor(start: WorkerStart) {
    this.#start = start;
    this.#counters = new LiveCounters(start.counters);
    this.#gauge = new GaugeWriter(start.gauge);
    this.#storage = new Storage(
      start.root,
      start.place,
      (count) => this.#counters.addHistoryRecords(count),
    );
    this.#live = new SharedJson(start.live);
    this.#tally = new RequestTally(start.tally);
    const limits = (): LiveSettings["limits"] => this.#live.read().limits;
    this.#guards = new WriteGuards(start.root, limits, new RoomCells(start.room));
    const mostBytes = Math.max(FULL_CHUNK_BYTES, this.#live.read().throttle.chunkBytes);
    this.#outbox = new Outbox(
      (buffer, end) => post({ type: "send", buffer, end }, [buffer]),
      mostBytes,
    );
  }

  /** Makes what the first transfer would otherwise wait for. */
  async warmUp(): Promise<void> {
    await this.#digester("xxh128");
  }

  setClock(mainMs: number, askedMs: number): void {
    // Main answered about halfway between our question and its arrival.
    this.#clockOffsetMs = mainMs - (askedMs + performance.now()) / 2;
  }

  receive(message: ToWorker): void {
    switch (message.type) {
      case "lease":
        return this.#begin(message);
      case "frames":
        return this.#lease?.inbox.push(message.frames);
      case "yield":
        return this.#lease?.session.yieldTurn();
      case "inputEnded":
        return this.#lease?.inbox.end();
      case "endSlowWait":
        return this.#lease?.inbox.endSlowWait();
      case "sent":
        return this.#outbox.giveBack(message.buffers);
      case "release":
        return void this.#release();
      case "yieldSession":
        if (this.#heldSession === message.session) this.#lease?.session.yieldSession();
        return;
      case "sweep":
        return void this.#sweep();
      case "synced":
        return this.#syncs.shift()?.(message.isDurable);
      case "end":
        this.#storage[Symbol.dispose]();
        return post({ type: "ended" });
      case "beat":
        return post({ type: "beat" });
      case "start":
      case "clock":
        return;
      default:
        message satisfies never;
    }
  }

  #begin({ connectionId, peer, access, frames }: ToWorker & { readonly type: "lease" }): void {
    const outside = new OutsideNames(access);
    this.#gauge.base = access.base;
    const { serverBucket, mayCompress } = this.#start;
    const throttle = (): LiveSettings["throttle"] => this.#live.read().throttle;
    const events = new EventGatherer((event) =>
      post({ type: "event", event: outside.event(event) })
    );
    const storage = this.#storage.below(access.base);
    const staged: Staged = { batch: undefined, isReadyFor: undefined };
    const audit = new AuditGatherer({
      isOn: () => this.#live.read().isAudited,
      complete: (deed) => ({ connection: connectionId, peer, ...outside.deed(deed) }),
      send: (lines) => post({ type: "audit", lines }),
    });
    const inbox = new Inbox({
      onConsumed: (buffer): void => {
        // What follows may have been asked for after the look at a folder.
        storage.reader.forgetFolders();
        post({ type: "consumed", buffer }, [buffer]);
      },
      onEmpty: (batches, isBetweenRequests): void => {
        this.#outbox.flush();
        events.flush();
        audit.flush();
        if (isBetweenRequests) {
          post({ type: "idle", batches, isStaging: staged.batch !== undefined });
        }
      },
      onCancel: (requestId): void => session.cancel(requestId),
      onCancelPassed: (requestId): void => session.forgetCancel(requestId),
    });
    const now = (): number => performance.now() + this.#clockOffsetMs;
    const session = new Session({
      storage,
      access,
      outbox: this.#outbox,
      inbox,
      throttle: new FlowThrottle(throttle, serverBucket, now, () => this.#counters.leased),
      mayCompress,
      guard: this.#guards.of(access),
      tally: this.#tally,
      folderPages: new FolderPages(),
      peer,
      digester: (algorithm) => this.#digester(algorithm),
      emit: (event): void => events.emit(event),
      emitSmall: (event): void => events.gather(event),
      staged,
      syncState: () => this.#syncState(),
      tellYield: (when): void => post({ type: when }),
      gauge: this.#gauge,
      noteChange: (): void => this.#counters.addChange(),
      record: (record): void => this.#record(outside.record(record)),
      audit: (deed): void => audit.add(deed),
      takeSession: (session): void => this.#takeSession(session),
      holdSession: (session): void => this.#holdSession(session),
    });
    for (const range of frames) inbox.push(range);
    const done = this.#serve(session, inbox).finally(() => {
      events.flush();
      audit.flush();
    });
    this.#lease = { inbox, session, staged, done };
  }

  async #serve(session: Session, inbox: Inbox): Promise<void> {
    if (!await session.run()) return;
    this.#outbox.flush();
    const frames = inbox.takeRest();
    post({ type: "yielded", frames }, frames.map(({ buffer }) => buffer));
  }

  async #release(): Promise<void> {
    const lease = this.#lease;
    lease?.session.end();
    lease?.inbox.end();
    await lease?.done;
    lease?.staged.batch?.[Symbol.dispose]();
    this.#lease = undefined;
    this.#outbox.reset();
    this.#storage.flush();
    if (this.#storage.history.hasPending) this.#flushSoon();
    post({ type: "released" });
  }

  #record(record: NewHistoryRecord): void {
    this.#storage.history.add(record);
    this.#flushSoon();
  }

  #flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    startTimer(FLUSH_AFTER_MS, () => {
      this.#isFlushDue = false;
      this.#storage.flush();
      if (this.#storage.history.hasPending) this.#flushSoon();
    });
  }

  #takeSession(session: string): void {
    post({ type: "takeSession", session });
    if (this.#start.hasOthers) this.#storage.calls.call(session);
  }

  #holdSession(session: string | undefined): void {
    this.#heldSession = session;
    this.#endCalls?.();
    this.#endCalls = undefined;
    if (session === undefined || !this.#start.hasOthers) return;
    const { calls } = this.#storage;
    // It was answered by the end of whoever held the session before.
    calls.take(session);
    this.#endCalls = startTicking(LOOK_FOR_CALLS_MS, () => {
      if (calls.take(session)) this.#lease?.session.yieldSession();
    });
  }

  #syncState(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#syncs.push(resolve);
      post({ type: "syncState" });
    });
  }

  async #digester(algorithm: ChecksumAlgorithm): Promise<Digester> {
    const digester = this.#digesters.get(algorithm) ??
      await createDigesterWith(algorithm, () => this.#start.xxh128);
    this.#digesters.set(algorithm, digester);
    digester.reset();
    return digester;
  }

  async #sweep(): Promise<void> {
    try {
      const uploads = this.#storage.uploads.expire(this.#start.uploadKeepMs);
      this.#storage.calls.expire();
      sweepStaging(this.#storage.root.statePath);
      const { trashKeepMs, trashKeepBytes, historyKeepMs } = this.#start;
      const limits = { keepMs: trashKeepMs, keepBytes: trashKeepBytes };
      const trash = await sweepTrash(this.#storage.trash, limits);
      this.#storage.digests.trim();
      this.#storage.history.trim(historyKeepMs);
      post({ type: "swept", uploads, trash });
    } catch (error) {
      // Another worker or process may sweep at the same time; what is left goes next time.
      post({ type: "fault", detail: describeFault(error) });
    }
  }
}

function post(message: FromWorker, transfer: Transferable[] = []): void {
  scope.postMessage(message, transfer);
}

let worker: WorkerMain | undefined;
let askedMs = 0;

scope.onmessage = async ({ data }): Promise<void> => {
  if (data.type === "start") {
    worker = new WorkerMain(data);
    await worker.warmUp();
    askedMs = performance.now();
    post({ type: "clock" });
  } else if (data.type === "clock") {
    worker?.setClock(data.mainMs, askedMs);
    post({ type: "ready" });
  } else {
    worker?.receive(data);
  }
};
