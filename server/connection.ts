import type { FrameBatch } from "#protocol/frame_reader.ts";
import type { OperationState } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { ConnectionAccess } from "./access/connection_access.ts";
import type { Visit } from "./admission/visit.ts";
import type { BufferPool } from "./buffer_pool.ts";
import {
  encodeRefusal,
  encodeWelcome,
  helloOverdue,
  readHello,
  RefusedPreface,
  type WelcomingServer,
} from "./connection_hello.ts";
import { ConnectionInput } from "./connection_input.ts";
import { DirectAnswers, type DirectSources } from "./direct_answers.ts";
import { encodeError, toSafeError, withErrorId } from "./error_reply.ts";
import { FlowCounter } from "./flow_counter.ts";
import { requireWorkerFrame } from "./request_types.ts";
import { SendQueue } from "./send_queue.ts";
import type { ServerTimeouts } from "./server_options.ts";
import { isSocketError, reason } from "./socket_error.ts";
import { TransferPace } from "./transfer_pace.ts";
import { WorkerLease, type WorkerLeaseContext } from "./worker_lease.ts";

/**
 * Bytes that may wait for a slow reader before its own socket is not read: more than all buffers of a
 * worker, so that only replies of the main thread (PONG, STATUS) can pile up to it.
 */
const MAX_QUEUED_BYTES = 8 * 1024 * 1024;
/** For a refused client to read why, before its socket is closed. */
const END_TIMEOUT_MS = 2_000;

/** What a connection needs of its server. */
export interface ConnectionContext extends DirectSources, WorkerLeaseContext, WelcomingServer {
  readonly timeouts: ServerTimeouts;
  /** When the connection was accepted, by `performance.now()`. */
  readonly openedMs: number;
  readonly buffers: BufferPool;
  readonly access: ConnectionAccess;
  /** Hears how the connection behaves. */
  readonly visit: Visit;
  /** Bytes per second that a transfer has to move; 0 when any byte will do. */
  readonly minRate: number;
  /** Reason to refuse the connection after its hello, if there is one. */
  readonly refusal: () => SluiceError | undefined;
  /** Counts the bytes of all connections. */
  readonly flow: FlowCounter;
}

/** One client's connection on the main thread: frames in, frames out, no file. */
export class Connection {
  readonly id: number;
  /** Address of the client. */
  readonly peer: string;
  /** When it was accepted, by `performance.now()`. */
  readonly openedMs: number;
  /** Counts its bytes. */
  readonly flow: FlowCounter;
  readonly #conn: Deno.TcpConn | Deno.TlsConn;
  readonly #context: ConnectionContext;
  readonly #input: ConnectionInput;
  readonly #queue: SendQueue;
  readonly #lease: WorkerLease;
  readonly #answers: DirectAnswers;
  readonly #pace: TransferPace;
  #isGreeted = false;
  #isClosed = false;
  #isInputEnded = false;
  /** Set while a refusal is being delivered: all that arrives is dropped. */
  #isEnding = false;
  #endTimer: ReturnType<typeof setTimeout> | undefined;
  #lastRequestMs = performance.now();

  /**
   * @param id Number of the connection.
   * @param conn The accepted socket, behind the handshake of TLS if there is one; this object closes it.
   * @param context The server.
   */
  constructor(id: number, conn: Deno.TcpConn | Deno.TlsConn, context: ConnectionContext) {
    this.id = id;
    this.#conn = conn;
    this.#context = context;
    this.peer = context.peer;
    this.openedMs = context.openedMs;
    this.flow = new FlowCounter(this.openedMs, context.flow);
    this.#input = new ConnectionInput(conn, context.buffers, this.flow);
    const onFailure = (error: unknown): void => this.#close(`writing failed: ${reason(error)}`);
    this.#queue = new SendQueue(conn, this.flow, onFailure);
    this.#answers = new DirectAnswers(this.#queue, context);
    this.#pace = new TransferPace(context.timeouts.stallMs, context.minRate);
    this.#lease = new WorkerLease(id, context, this.#queue, {
      onConsumed: (buffer): void => this.#input.takeBack(buffer),
      onIdle: (): void => this.#onIdle(),
      onLost: (error): void => void this.end(error),
    });
  }

  /** Whether a request is being served. */
  get isServed(): boolean {
    return this.#lease.isWorking && !this.#lease.isWaiting;
  }

  /** Whether it watches, besides whatever else it does. */
  get isWatching(): boolean {
    return this.#answers.isWatching;
  }

  /** What it does. */
  get state(): OperationState {
    if (this.#lease.isWaiting) return "waiting";
    if (this.#lease.isWorking) return "working";
    return this.#answers.isWatching ? "watching" : "idle";
  }

  /** The worker that it has, and its place in the queue when it waits for one. */
  get claim(): Pick<WorkerLease, "worker" | "position"> {
    return this.#lease;
  }

  /** Who it acts for. */
  get access(): ConnectionAccess["current"] {
    return this.#context.access.current;
  }

  /** Serves the connection until it is closed; never rejects. */
  async run(): Promise<void> {
    try {
      if (!await this.#input.open()) return this.#close("it left without a word");
      await this.#serve();
    } catch (error) {
      await this.#onFailure(error);
    } finally {
      this.#close("closed");
    }
  }

  /** Checks the deadlines; called about once a second. */
  tick(nowMs: number): void {
    if (this.#isClosed) return;
    this.flow.tick(nowMs);
    this.#context.log.tick(nowMs);
    const { helloMs, idleMs, frameMs } = this.#context.timeouts;
    if (!this.#isGreeted) {
      if (nowMs - this.openedMs > helloMs) void this.end(helloOverdue());
      return;
    }
    const lapse = this.#context.access.lapse();
    if (lapse !== undefined) return void this.end(lapse);
    this.#lease.tick(nowMs);
    this.#requirePace(nowMs);
    const isOverdue = this.#input.isOverdue(nowMs, frameMs);
    if (isOverdue !== undefined) {
      if (isOverdue) this.#timeOut("a frame did not arrive in time");
    } else if (this.state === "idle" && nowMs - this.#lastRequestMs > idleMs) {
      this.#timeOut("no request for too long");
    }
  }

  #requirePace(nowMs: number): void {
    const { isServed } = this;
    const progress = { ...this.#queue.takeProgress(), ...this.#input.takeProgress() };
    const tooSlow = this.#pace.tick(nowMs, { isServed, ...progress });
    if (tooSlow === "reader") this.#timeOut("it takes its bytes too slowly, or not at all");
    // The worker knows which request waits, if one still does.
    else if (tooSlow === "writer") this.#lease.worker?.post({ type: "endSlowWait" });
  }

  /** Says why, lets what is queued be written, and closes. */
  async end(reason: SluiceError): Promise<void> {
    if (this.#isClosed || this.#isEnding) return;
    this.#isEnding = true;
    this.#context.visit.ended(reason, this.#isGreeted);
    const error = toSafeError(reason);
    this.#context.log.ended(error, !this.#isGreeted);
    this.#lease.close();
    this.#answers.close();
    this.#queue.push(this.#isGreeted ? encodeError(0, error) : encodeRefusal(error));
    await this.#deliverAndClose(withErrorId(error));
  }

  /** Closes at once. */
  abort(why: string): void {
    this.#close(why);
  }

  async #serve(): Promise<void> {
    for (;;) {
      await this.#roomForInput();
      if (this.#isClosed) return;
      const batch = await this.#input.next();
      if (batch === null) break;
      this.#accept(batch);
    }
    this.#isInputEnded = true;
    this.#answers.close();
    this.#lease.endInput();
    await this.#lease.finished();
    await this.#queue.drained();
  }

  #accept(batch: FrameBatch): void {
    if (this.#isEnding || this.#isClosed) return this.#context.buffers.give(batch.bytes.buffer);
    let skip = 0;
    if (!this.#isGreeted) {
      const hello = readHello(batch);
      const refusal = this.#context.refusal();
      if (refusal !== undefined) throw refusal;
      const access = this.#context.access.admit(hello);
      this.#isGreeted = true;
      this.#context.visit.greeted();
      this.#queue.push(encodeWelcome(this.id, this.#context, access.role));
      this.#context.log.greeted(hello.agent, access);
      skip = 1;
    }
    let isForWorker = false;
    for (const frame of batch.frames.slice(skip)) {
      this.#lastRequestMs = performance.now();
      if (this.#context.access.refuses(batch, frame, this.#queue)) continue;
      if (this.#answers.answer(batch, frame)) continue;
      requireWorkerFrame(frame);
      isForWorker = true;
    }
    if (!isForWorker) return this.#input.drop(batch);
    this.#input.lend();
    this.#lease.send(batch.bytes.buffer, batch.end);
  }

  async #roomForInput(): Promise<void> {
    await this.#input.untilRoom();
    // Each refusal costs the server more than the client: many in a row must cost that one time.
    await this.#context.log.refusals.untilCalm();
    // A client that asks and never reads: its replies wait here, and so does its next request.
    if (this.#queue.queuedBytes > MAX_QUEUED_BYTES) await this.#queue.drained();
  }

  #onIdle(): void {
    this.#lastRequestMs = performance.now();
    if (this.#isInputEnded) this.#lease.close();
  }

  #timeOut(why: string): void {
    void this.end(new SluiceError("timeout", `Cannot keep the connection: ${why}`));
  }

  async #onFailure(error: unknown): Promise<void> {
    if (this.#isClosed || this.#isEnding) return;
    if (error instanceof RefusedPreface) {
      this.#isEnding = true;
      this.#context.visit.offend("stranger");
      const said = toSafeError(error.reason);
      this.#context.log.ended(said, true);
      this.#queue.push(error.answer ?? encodeRefusal(said));
      return await this.#deliverAndClose(withErrorId({ ...said, message: error.message }));
    }
    if (error instanceof SluiceError) return await this.end(error);
    if (isSocketError(error)) return this.#close(`reading failed: ${reason(error)}`);
    const safe = toSafeError(error);
    this.#context.log.fault(safe);
    await this.end(safe);
  }

  /**
   * Writes what is queued, then reads and drops what the client still sends for a short while: a
   * socket closed with unread bytes is reset, and the client would lose the reason.
   */
  async #deliverAndClose(why: string): Promise<void> {
    this.#endTimer = setTimeout(() => this.#close(why), END_TIMEOUT_MS);
    this.#input.stop();
    try {
      await this.#queue.drained();
      await this.#conn.closeWrite();
      // A read that is under way already drops all by itself, and closes when the client does.
      if (this.#input.isReading) return;
      const sink = new Uint8Array(16 * 1024);
      while (await this.#conn.read(sink) !== null);
    } catch {
      // The peer is gone already: there is nobody left to tell.
    }
    this.#close(why);
  }

  #close(why: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#endTimer);
    this.#lease.close();
    this.#answers.close();
    this.#queue.close();
    this.#input.stop();
    try {
      this.#conn.close();
    } catch {
      // Closed already by the runtime after a reset.
    }
    this.#context.log.closed(why);
  }
}
