import { SluiceClient } from "#client/sluice_client.ts";
import type { AccessRole } from "#protocol/access_role.ts";
import { isTokenRefusal, type TokenKeeper } from "#client/token_keeper.ts";
import type { Snapshot } from "#protocol/replies.ts";
import type { ServerAddress } from "#client/types.ts";
import { sleep } from "#protocol/sleep.ts";
import type { MessageBody } from "../model/message.ts";
import { reasonOf } from "./effect_context.ts";
import { CONNECT_TIMEOUT_MS } from "./transfers/patience.ts";

const INTERVAL_MS = 1000;
/** Snapshots come each second: a server that is silent for this long is gone. */
const SILENCE_MS = 10_000;
const FIRST_WAIT_MS = 500;
const MOST_WAIT_MS = 10_000;
/**
 * A server that wants another token than there is. Each try counts against the address, which others
 * may share; a person who has one does not wait for this.
 */
const REFUSED_WAIT_MS = 60_000;

/** What the link needs. */
export interface ServerLinkOptions {
  readonly server: ServerAddress;
  /** Gets `linkChanged` and `snapshot`. */
  readonly post: (body: MessageBody) => void;
  /** Wall clock in ms since 1970. */
  readonly now: () => number;
  /** Told when a server that was gone is back. */
  readonly onBack: () => void;
  readonly tokens: TokenKeeper;
  /** Asks what the access token allows. */
  readonly role: () => Promise<AccessRole>;
}

/**
 * Watches the server over a connection of its own, and says when it goes and comes back. It tries again
 * and again, with growing waits, and once a minute while the server refuses the access token.
 */
export class ServerLink {
  readonly #options: ServerLinkOptions;
  readonly #closing = new AbortController();
  #waiting: AbortController | undefined;
  #running: Promise<void> | undefined;
  /** Tries since the server was lost. */
  #attempts = 0;

  /** @param options Where the server is, and who is told. */
  constructor(options: ServerLinkOptions) {
    this.#options = options;
  }

  /** Begins; repeated calls do nothing. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Tries at once when it waits. */
  reconnect(): void {
    this.#waiting?.abort();
  }

  /** Ends the watch. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#waiting?.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { post, now } = this.#options;
    const { signal } = this.#closing;
    await Promise.resolve();
    post({ kind: "linkChanged", link: { state: "connecting" } });
    while (!signal.aborted) {
      const error = await this.#watch();
      if (signal.aborted) return;
      const reason = reasonOf(error);
      const waitMs = isTokenRefusal(error)
        ? REFUSED_WAIT_MS
        : Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempts);
      this.#attempts++;
      const retryAtMs = now() + waitMs;
      const attempts = this.#attempts;
      post({ kind: "linkChanged", link: { state: "offline", reason, retryAtMs, attempts } });
      await this.#wait(waitMs);
    }
  }

  /** Gives why it ended. */
  async #watch(): Promise<unknown> {
    const { server, post, onBack, tokens } = this.#options;
    const { signal } = this.#closing;
    await using client = new SluiceClient({
      server,
      connections: 1,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      replyTimeoutMs: SILENCE_MS,
      token: tokens,
    });
    let isOnline = false;
    const take = (snapshot: Snapshot): void => {
      if (!isOnline) {
        isOnline = true;
        if (this.#attempts > 0) onBack();
        this.#attempts = 0;
        const { agent } = snapshot;
        post({ kind: "linkChanged", link: { state: "online", agent, connectionId: undefined } });
        // Where no token is asked for, everything is allowed.
        if (this.#options.tokens.token !== undefined) void this.#tellRole(agent, () => isOnline);
      }
      post({ kind: "snapshot", snapshot });
    };
    try {
      for await (const snapshot of client.watch({ intervalMs: INTERVAL_MS, signal })) {
        if (signal.aborted) break;
        take(snapshot);
      }
      return new Error("Cannot watch the server: it ended the watch");
    } catch (error) {
      return error;
    } finally {
      isOnline = false;
    }
  }

  async #tellRole(agent: string, isStill: () => boolean): Promise<void> {
    try {
      const role = await this.#options.role();
      if (!isStill()) return;
      const link = { state: "online", agent, connectionId: undefined, role } as const;
      this.#options.post({ kind: "linkChanged", link });
    } catch {
      // The link itself tells what is wrong with the server.
    }
  }

  async #wait(ms: number): Promise<void> {
    const waiting = new AbortController();
    this.#waiting = waiting;
    try {
      await sleep(ms, waiting.signal);
    } catch {
      // Somebody does not want to wait any longer.
      if (!this.#closing.signal.aborted) {
        this.#options.post({ kind: "linkChanged", link: { state: "connecting" } });
      }
    } finally {
      this.#waiting = undefined;
    }
  }
}
