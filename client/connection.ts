import { encodeControl, encodeFrame, FrameType, readU64 } from "#protocol/frame.ts";
import { type FrameBatch, FrameReader, type FrameView } from "#protocol/frame_reader.ts";
import { ProgressSchema, QueuedSchema, type Welcome } from "#protocol/replies.ts";
import type { SluiceError } from "#protocol/sluice_error.ts";
import { closedError, connectionError, peerError, silenceError } from "./connection_errors.ts";
import { decodeReply } from "./decode_reply.ts";
import { Exchange, type ExchangeListener, type ReplyTaker } from "./exchange.ts";
import { isFinalReply, readErrorReply } from "./final_reply.ts";
import { FrameWriter } from "./frame_writer.ts";
import type { Intake } from "./pacer.ts";
import { readRoom } from "./read_room.ts";
import { ReceiveBuffers } from "./receive_buffers.ts";
import { groupBulkFrames, isBulk, mayBring } from "./reply_groups.ts";
import { SilenceWatch } from "./silence_watch.ts";
import type { ServerAddress } from "./types.ts";

/** How long a connection whose sending failed is still listened to for the reason. */
const LAST_WORDS_MS = 1000;
const MAX_REQUEST_ID = 0xffff_ffff;

/**
 * One open connection: sends frames, and hands what comes back to the request that it belongs to.
 * At most three receive buffers are in use, so a request whose data nobody takes stops the reading.
 */
export class Connection implements Disposable {
  readonly server: ServerAddress;
  /** What slows the reading down, while a transfer with a rate limit uses the connection. */
  intake: Intake | undefined;
  readonly #socket: Deno.TcpConn | Deno.TlsConn;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #watch: SilenceWatch;
  readonly #buffers = new ReceiveBuffers();
  readonly #exchanges = new Map<number, ReplyTaker>();
  readonly #ended = new AbortController();
  readonly #receiving: Promise<void>;
  #welcome: Welcome | undefined;
  #failure: SluiceError | undefined;
  #lastId = 0;

  /**
   * @param socket An open socket behind the server's preface; closed together with this.
   * @param server Its address, for messages.
   * @param replyTimeoutMs Longest silence while a reply is due.
   */
  constructor(socket: Deno.TcpConn | Deno.TlsConn, server: ServerAddress, replyTimeoutMs: number) {
    this.#socket = socket;
    this.server = server;
    this.#watch = new SilenceWatch(replyTimeoutMs, {
      onHalfTime: (): boolean => this.#askForLife(),
      onSilence: (): void => this.close(silenceError(server, replyTimeoutMs)),
    });
    this.#reader = new FrameReader({ read: (into) => this.#read(into) }, this.#buffers, "server");
    this.#writer = new FrameWriter(socket, () => this.#watch.wrote());
    this.#receiving = this.#receive();
  }

  /** The limits that the server stated. */
  get welcome(): Welcome {
    if (this.#welcome === undefined) throw new TypeError("the hello is not over");
    return this.#welcome;
  }

  set welcome(welcome: Welcome) {
    this.#welcome = welcome;
  }

  /** Whether requests can be sent. */
  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  /** Whether no request is under way. */
  get isIdle(): boolean {
    return this.#exchanges.size === 0;
  }

  /** Settles when the connection is closed and nothing of it is left. */
  get closed(): Promise<void> {
    return this.#receiving;
  }

  /**
   * Waits for the server's first frame. Called once, before any request.
   *
   * @returns Payload of WELCOME.
   */
  async awaitWelcome(): Promise<Uint8Array> {
    const exchange = new Exchange(0, FrameType.HELLO, this.#watch);
    this.#register(0, exchange);
    const reply = await exchange.next();
    if (reply.kind === "result") return reply.payload;
    throw peerError(this.server, "it did not say hello");
  }

  /**
   * Sends a request. Its failure to be sent shows when its reply is waited for.
   *
   * @param type Frame type.
   * @param payload Value of its JSON, raw bytes, or `undefined` for none.
   * @param listener Is told news before the reply.
   * @returns The request under way.
   */
  request(type: FrameType, payload?: unknown, listener: ExchangeListener = {}): Exchange {
    const exchange = new Exchange(this.#freeId(), type, this.#watch, listener);
    this.#register(exchange.id, exchange);
    this.sendControl(type, exchange.id, payload);
    return exchange;
  }

  /**
   * Begins a request whose frames the caller sends by {@linkcode write}: for many requests whose
   * frames go out together.
   *
   * @param taker Gets what comes back.
   * @returns The id that the frames carry.
   */
  begin(taker: ReplyTaker): number {
    const id = this.#freeId();
    this.#register(id, taker);
    return id;
  }

  /**
   * Waits for something that a reply brings about; a server that is silent for too long ends it.
   *
   * @param work Settles also when the connection ends.
   */
  async whileWaiting<T>(work: Promise<T>): Promise<T> {
    return await this.#watch.during(work);
  }

  /** Sends a frame that belongs to a request under way, behind all frames handed over before. */
  sendControl(type: FrameType, id: number, payload?: unknown): void {
    const frame = payload instanceof Uint8Array
      ? encodeFrame(type, id, payload)
      : encodeControl(type, id, payload);
    // A failed write ends the connection, and with it the request.
    this.write(frame).catch(() => {});
  }

  /**
   * Sends whole frames.
   *
   * @param frames Not to be changed until the promise settles.
   * @returns When the socket has taken all bytes.
   * @throws {SluiceError} When the connection ended; with the server's reason, where it gave one.
   */
  async write(frames: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      await this.#watch.during(this.#writer.write(frames));
    } catch (error) {
      await this.#hearLastWords(error);
      throw this.#failure ?? error;
    }
  }

  /**
   * Closes the socket and ends all requests under way. Repeated calls do nothing.
   *
   * @param reason What the requests end with.
   */
  close(reason: SluiceError = closedError(this.server)): void {
    if (this.#failure !== undefined) return;
    this.#failure = reason;
    this.#ended.abort(reason);
    this.#buffers[Symbol.dispose]();
    this.#watch[Symbol.dispose]();
    for (const exchange of this.#exchanges.values()) exchange.fail(reason);
    this.#exchanges.clear();
    this.#socket.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #register(id: number, taker: ReplyTaker): void {
    if (this.#failure === undefined) this.#exchanges.set(id, taker);
    else taker.fail(this.#failure);
  }

  #freeId(): number {
    do {
      this.#lastId = this.#lastId === MAX_REQUEST_ID ? 1 : this.#lastId + 1;
    } while (this.#exchanges.has(this.#lastId));
    return this.#lastId;
  }

  async #read(into: Uint8Array): Promise<number | null> {
    const intake = this.intake;
    const room = readRoom(intake, this.#exchanges.size === 0, into.byteLength);
    const read = await this.#socket.read(into.subarray(0, room));
    if (read === null) throw closedError(this.server);
    // A limit that came while the read was waiting slows down what follows.
    if (intake === undefined) this.intake?.pacer.owe(read);
    // What was read before the limit was lowered is not paid for at the new rate, for minutes.
    else await intake.pacer.take(intake.pacer.pieceBytes(read), this.#ended.signal);
    this.intake?.onTaken(read);
    this.#watch.heard();
    return read;
  }

  /** Reads until the connection ends. Never rejects: the requests get the reason. */
  async #receive(): Promise<void> {
    // The constructor is still running; nobody could be told of a failure yet.
    await Promise.resolve();
    try {
      for (;;) {
        const batch = await this.#reader.next();
        if (batch === null) break;
        this.#dispatch(batch);
      }
      this.close();
    } catch (error) {
      this.close(connectionError(error, this.server));
    }
  }

  #dispatch(batch: FrameBatch): void {
    const groups = groupBulkFrames(batch.frames);
    let users = groups.length;
    const release = (): void => {
      if (--users === 0) this.#buffers.giveBack(batch.bytes);
    };
    let next = 0;
    for (const frame of batch.frames) {
      if (!isBulk(frame.type)) {
        this.#take(frame, batch.bytes);
      } else if (groups[next]?.frames[0] === frame) {
        const { requestId, type, frames } = groups[next++] ?? { ...frame, frames: [frame] };
        const taker = this.#exchanges.get(requestId);
        if (taker === undefined || !mayBring(taker.requestType, type)) {
          throw peerError(this.server, "it sent data that nobody asked for");
        }
        const kind = type === FrameType.ENTRIES ? "entries" : "data";
        taker.deliver({ kind, batch: { bytes: batch.bytes, frames, release } });
      }
    }
    if (groups.length === 0) this.#buffers.giveBack(batch.bytes);
  }

  #take(frame: FrameView, bytes: Uint8Array): void {
    const end = frame.payloadAt + frame.payloadBytes;
    const payload = bytes.slice(frame.payloadAt, end);
    if (frame.requestId === 0 && frame.type === FrameType.ERROR) throw readErrorReply(payload);
    const exchange = this.#exchanges.get(frame.requestId);
    if (exchange === undefined) {
      throw peerError(
        this.server,
        `it answered request ${frame.requestId}, which is not under way`,
      );
    }
    if (isFinalReply(exchange.requestType, frame.type)) {
      this.#exchanges.delete(frame.requestId);
      return frame.type === FrameType.ERROR
        ? exchange.refuse(readErrorReply(payload))
        : exchange.deliver({ kind: "result", payload });
    }
    this.#takeNews(exchange, frame.type, payload);
  }

  #takeNews(exchange: ReplyTaker, type: FrameType, payload: Uint8Array): void {
    switch (type) {
      case FrameType.READY:
        return exchange.deliver({ kind: "ready", payload });
      case FrameType.SNAPSHOT:
        return exchange.listener.onSnapshot?.(payload);
      case FrameType.ACK:
        if (payload.byteLength !== 8) throw peerError(this.server, "an ACK is not 8 bytes long");
        return exchange.acknowledge(readU64(payload, 0));
      case FrameType.QUEUED:
        exchange.isQueued = true;
        return exchange.listener.onQueued?.(decodeReply(QueuedSchema, payload).position);
      case FrameType.PROGRESS:
        exchange.isQueued = false;
        return exchange.listener.onProgress?.(decodeReply(ProgressSchema, payload));
      default:
        throw peerError(this.server, `it sent a frame of type ${type} out of place`);
    }
  }

  /** A place in the queue may be silent for long: a server that is alive answers a PING. */
  #askForLife(): boolean {
    const isQueued = [...this.#exchanges.values()].some((exchange) => exchange.isQueued);
    if (isQueued) this.request(FrameType.PING);
    return isQueued;
  }

  /** The server may have said why it takes no more bytes: that is worth more than "broken pipe". */
  async #hearLastWords(error: unknown): Promise<void> {
    const reason = connectionError(error, this.server);
    const timer = setTimeout(() => this.close(reason), LAST_WORDS_MS);
    await this.#receiving;
    clearTimeout(timer);
  }
}
