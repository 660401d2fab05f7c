import { type HistoryRecord, SluiceError, type Snapshot } from "#client/mod.ts";
import { AGENT } from "#protocol/limits.ts";
import { sleep } from "#protocol/sleep.ts";
import { tellError } from "../http/error_response.ts";
import type { LiveEvent, ServerState, Subscriber } from "./live_state.ts";

/** What the hub needs of a client. */
export interface LiveSource {
  /** Follows the server's live state until the signal aborts or the server is gone. */
  watch(
    options: { readonly intervalMs: number; readonly signal: AbortSignal },
  ): AsyncIterable<Snapshot>;
  /** Reads the newest records. */
  historyPage(
    options: { readonly limit: number; readonly signal: AbortSignal },
  ): Promise<{ readonly records: readonly HistoryRecord[] }>;
}

/** How a hub works. */
export interface LiveHubOptions {
  /** Address of the file server, for people. */
  readonly server: string;
  /** Longest silence of the file server before it is taken for gone, in ms. */
  readonly silenceMs: number;
  /** Told of a fault of this program. */
  readonly onFault: (error: unknown) => string;
  /** Told when the file server takes the token no more, or asks for one. */
  readonly onRefused?: () => void;
}

const INTERVAL_MS = 1000;
/** After a failure the server is asked again this often. */
const RETRY_MS = 1000;
/** A token that is refused will be so again. */
const REFUSED_RETRY_MS = 10_000;
/** Without subscribers the server is watched this long still: a page that is loaded anew comes back at once. */
const LINGER_MS = 5000;
/** Records that are told at once; who was away longer reads the history. */
const MOST_RECORDS = 100;

/** Watches the file server once for all browsers, while there are any. */
export class LiveHub {
  readonly #source: LiveSource;
  readonly #options: LiveHubOptions;
  readonly #subscribers = new Set<Subscriber>();
  #state: ServerState | undefined;
  #snapshot: Extract<LiveEvent, { kind: "snapshot" }> | undefined;
  #newestRecord: number | undefined;
  #run: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;
  #linger: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param source Client of the file server.
   * @param options How.
   */
  constructor(source: LiveSource, options: LiveHubOptions) {
    this.#source = source;
    this.#options = options;
  }

  /**
   * Tells the present state at once, then what happens.
   *
   * @returns Ends it.
   */
  subscribe(subscriber: Subscriber): () => void {
    clearTimeout(this.#linger);
    this.#subscribers.add(subscriber);
    subscriber({ kind: "hello", data: { gateway: AGENT, server: this.#options.server } });
    if (this.#state !== undefined) subscriber({ kind: "state", data: this.#state });
    if (this.#state?.isOnline && this.#snapshot !== undefined) subscriber(this.#snapshot);
    this.#start();
    return () => {
      this.#subscribers.delete(subscriber);
      if (this.#subscribers.size > 0) return;
      clearTimeout(this.#linger);
      this.#linger = setTimeout(() => void this.close(), LINGER_MS);
    };
  }

  /** Stops watching; a later subscriber begins anew. */
  async close(): Promise<void> {
    clearTimeout(this.#linger);
    const run = this.#run;
    this.#run = undefined;
    this.#state = undefined;
    this.#snapshot = undefined;
    this.#newestRecord = undefined;
    run?.stop.abort();
    await run?.done;
  }

  #start(): void {
    if (this.#run !== undefined) return;
    const stop = new AbortController();
    this.#run = { stop, done: this.#watch(stop.signal) };
  }

  async #watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const silence = new AbortController();
      try {
        await this.#follow(AbortSignal.any([signal, silence.signal]), silence);
        throw silence.signal.aborted ? silence.signal.reason : ended();
      } catch (error) {
        if (signal.aborted) return;
        this.#enterOffline(error);
      }
      await sleep(this.#isRefused ? REFUSED_RETRY_MS : RETRY_MS, signal).catch(() => {}); // The loop looks at the signal.
    }
  }

  /** Follows one connection until it ends. */
  async #follow(signal: AbortSignal, silence: AbortController): Promise<void> {
    const { silenceMs } = this.#options;
    let timer = setTimeout(() => silence.abort(tooSilent(silenceMs)), silenceMs);
    try {
      for await (const snapshot of this.#source.watch({ intervalMs: INTERVAL_MS, signal })) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(tooSilent(silenceMs)), silenceMs);
        await this.#take(snapshot, signal);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async #take(snapshot: Snapshot, signal: AbortSignal): Promise<void> {
    const before = this.#snapshot?.data;
    this.#enterOnline();
    this.#snapshot = { kind: "snapshot", data: { atMs: Date.now(), ...snapshot } };
    this.#tell(this.#snapshot);
    if (before === undefined || before.changes !== snapshot.changes) {
      this.#tell({ kind: "changes", data: { count: snapshot.changes } });
    }
    if (before === undefined || before.historyRecords !== snapshot.historyRecords) {
      await this.#readHistory(signal);
    }
  }

  async #readHistory(signal: AbortSignal): Promise<void> {
    const { records } = await this.#source.historyPage({ limit: MOST_RECORDS, signal });
    const newest = this.#newestRecord;
    this.#newestRecord = records[0]?.id ?? newest ?? 0;
    // What there was before anybody watched is no news.
    if (newest === undefined) return;
    const news = records.filter(({ id }) => id > newest).reverse();
    if (news.length > 0) this.#tell({ kind: "history", data: { records: news } });
  }

  #enterOnline(): void {
    if (this.#state?.isOnline) return;
    this.#enter({ isOnline: true, server: this.#options.server, sinceMs: Date.now() });
  }

  #enterOffline(error: unknown): void {
    const { code, message } = tellError(error, this.#options.onFault);
    const { server } = this.#options;
    this.#snapshot = undefined;
    if (this.#state?.isOnline === false && this.#state.reason?.code === code) return;
    this.#enter({ isOnline: false, server, sinceMs: Date.now(), reason: { code, message } });
    if (this.#isRefused) this.#options.onRefused?.();
  }

  get #isRefused(): boolean {
    const code = this.#state?.reason?.code;
    return code === "token_required" || code === "token_refused";
  }

  #enter(state: ServerState): void {
    this.#state = state;
    this.#tell({ kind: "state", data: state });
  }

  #tell(event: LiveEvent): void {
    for (const subscriber of this.#subscribers) subscriber(event);
  }
}

function ended(): SluiceError {
  return new SluiceError("unreachable", "Cannot watch the server: it ended the connection");
}

function tooSilent(ms: number): SluiceError {
  return new SluiceError("timeout", `Cannot watch the server: it was silent for ${ms / 1000} s`);
}
