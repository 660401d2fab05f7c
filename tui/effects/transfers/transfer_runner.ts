import { RateLimit } from "#client/rate_limit.ts";
import type { Conflict, TransferProgress } from "#client/types.ts";
import type { ServerReach } from "./patience.ts";
import type { ConflictPolicy } from "#protocol/requests.ts";
import type { MessageBody, TransferEnd } from "../../model/message.ts";
import type { FileCount, Transfer } from "../../model/transfer.ts";
import { reasonOf } from "../effect_context.ts";
import { PostSoon } from "../post_soon.ts";
import { ConflictQuestions } from "./conflict_questions.ts";
import { discardFiles } from "./discard_transfer.ts";
import { readConflictFacts } from "./read_conflict_facts.ts";
import { runFile } from "./run_file.ts";
import { runFolder } from "./run_folder.ts";
import type { TransferMemory } from "./transfer_job.ts";

/** Reports are gathered and handed on this often. */
const POST_EVERY_MS = 125;

type Report = Extract<MessageBody, { kind: "progressed" }>["reports"][number];

/** A transfer that runs. */
interface Running {
  readonly stop: AbortController;
  readonly limit: RateLimit;
  readonly questions: ConflictQuestions;
  how: "pause" | "cancel";
  ended: Promise<void>;
}

/** Runs transfers, each over connections of its own, so that none waits for another. */
export class TransferRunner {
  readonly #server: ServerReach;
  readonly #post: (body: MessageBody) => void;
  readonly #running = new Map<number, Running>();
  readonly #memories = new Map<number, TransferMemory>();
  readonly #discards = new Map<number, Promise<void>>();
  readonly #reports = new Map<number, Report>();
  readonly #soon = new PostSoon(() => this.#postReports(), POST_EVERY_MS);

  /**
   * @param server Where the server is, and the access token.
   * @param post Gets `progressed`, `conflictFound` and `transferEnded`.
   */
  constructor(server: ServerReach, post: (body: MessageBody) => void) {
    this.#server = server;
    this.#post = post;
  }

  /** Begins a transfer, or goes on with one that was stopped or failed. */
  start(transfer: Transfer): void {
    const before = [this.#running.get(transfer.id)?.ended, this.#discards.get(transfer.id)];
    const stop = new AbortController();
    const { answers } = this.#remember(transfer.id);
    const show = async (conflict: Conflict): Promise<void> => {
      const facts = await readConflictFacts(this.#server, conflict, stop.signal);
      if (stop.signal.aborted) return;
      this.#post({ kind: "conflictFound", id: transfer.id, name: conflict.name, facts });
    };
    const running: Running = {
      stop,
      limit: new RateLimit(transfer.limitRate),
      questions: new ConflictQuestions(show, answers, stop.signal),
      how: "pause",
      ended: Promise.resolve(),
    };
    this.#running.set(transfer.id, running);
    running.ended = this.#run(transfer, running, before);
  }

  /** Stops a transfer: `pause` keeps what was moved, `cancel` throws it away on both sides. */
  stop(id: number, how: "pause" | "cancel"): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    // Who cancels what is just being paused wants it thrown away.
    if (how === "cancel" || !running.stop.signal.aborted) running.how = how;
    running.stop.abort();
  }

  /** Throws away what a transfer that does not run has left. */
  discard(transfer: Transfer): void {
    const discarding = this.#discard(transfer.id).finally(() => {
      if (this.#discards.get(transfer.id) === discarding) this.#discards.delete(transfer.id);
    });
    this.#discards.set(transfer.id, discarding);
  }

  /** Changes how fast a transfer may be, now. */
  setRate(id: number, bytesPerSecond: number): void {
    const running = this.#running.get(id);
    if (running !== undefined) running.limit.bytesPerSecond = bytesPerSecond;
  }

  /** Hands on the answer to a `conflictFound`. */
  answer(id: number, policy: ConflictPolicy): void {
    this.#running.get(id)?.questions.answer(policy);
  }

  /** Stops all transfers, which keep what they moved, and waits for their ends. */
  async close(): Promise<void> {
    for (const id of this.#running.keys()) this.stop(id, "pause");
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    await Promise.all(this.#discards.values());
    this.#soon.drop();
  }

  async #run(
    transfer: Transfer,
    running: Running,
    before: readonly (Promise<void> | undefined)[],
  ): Promise<void> {
    await Promise.all(before);
    const end = await this.#move(transfer, running);
    if (this.#running.get(transfer.id) === running) this.#running.delete(transfer.id);
    if (end.kind === "finished" || end.kind === "cancelled") this.#memories.delete(transfer.id);
    this.#soon.now();
    this.#post({ kind: "transferEnded", id: transfer.id, end });
  }

  async #move(transfer: Transfer, running: Running): Promise<TransferEnd> {
    const { stop: { signal }, limit, questions } = running;
    const move = transfer.kind === "file" ? runFile : runFolder;
    try {
      signal.throwIfAborted();
      const outcome = await move({
        server: this.#server,
        transfer,
        memory: this.#remember(transfer.id),
        limit,
        signal,
        ask: (conflict) => questions.ask(conflict),
        report: (progress, files) => this.#report(transfer.id, progress, files),
      });
      return { kind: "finished", ...outcome };
    } catch (error) {
      if (!signal.aborted) return { kind: "failed", reason: reasonOf(error) };
      if (running.how === "pause") return { kind: "paused" };
      await this.#discard(transfer.id);
      return { kind: "cancelled" };
    }
  }

  #report(id: number, progress: TransferProgress, files: FileCount | undefined): void {
    this.#reports.set(id, { id, progress, files });
    this.#soon.note();
  }

  #postReports(): void {
    const reports = [...this.#reports.values()];
    this.#reports.clear();
    this.#post({ kind: "progressed", reports });
  }

  /** Throws away what this program has begun, and nothing that others have. */
  async #discard(id: number): Promise<void> {
    const files = [...this.#memories.get(id)?.unfinished.values() ?? []];
    this.#memories.delete(id);
    if (files.length > 0) await discardFiles(this.#server, files);
  }

  #remember(id: number): TransferMemory {
    const memory = this.#memories.get(id) ??
      { answers: new Map(), done: new Map(), unfinished: new Map() };
    this.#memories.set(id, memory);
    return memory;
  }
}
