import { formatServerAddress } from "#client/address.ts";
import { cancelledError, onAbort } from "#client/abort.ts";
import type { AskToken } from "#client/token_keeper.ts";
import type { ServerAddress } from "#client/types.ts";
import { EffectRunner } from "../effects/effect_runner.ts";
import type { Effect } from "../model/effect.ts";
import { initialModel } from "../model/initial_model.ts";
import type { MessageBody } from "../model/message.ts";
import type { Model } from "../model/model.ts";
import { start, update } from "../update/update.ts";
import type { Step } from "../update/step.ts";

/** Width of the screen that nobody sees: the model wants one. */
const COLUMNS = 80;
const ROWS = 24;
const TICK_MS = 500;

type BodyOf<K extends MessageBody["kind"]> = Extract<MessageBody, { kind: K }>;

/** What a session works on. */
export interface LinearSessionOptions {
  readonly server: ServerAddress;
  readonly localFolder: string;
  readonly homeFolder: string | undefined;
  readonly jobs: number | undefined;
  /** Access token to begin with. */
  readonly token?: string | undefined;
  /** Asks for another one. */
  readonly askToken: AskToken;
  /** Ends all waits. */
  readonly signal: AbortSignal;
  /** Told what has changed. */
  readonly onChange: (before: Model, after: Model) => void;
}

/** The same model, updates and effects as on the full screen, without the screen. */
export class LinearSession implements AsyncDisposable {
  readonly #options: LinearSessionOptions;
  readonly #runner: EffectRunner;
  readonly #watchers = new Set<(body: MessageBody) => void>();
  readonly #timer: ReturnType<typeof setInterval>;
  #model: Model;
  #lastNumber = 1_000_000;

  /** @param options Where to, and who is told. */
  constructor(options: LinearSessionOptions) {
    this.#options = options;
    const { server, localFolder, homeFolder, jobs } = options;
    this.#model = initialModel({
      columns: COLUMNS,
      rows: ROWS,
      nowMs: Date.now(),
      serverAddress: formatServerAddress(server),
      localFolder,
      homeFolder,
      ...(jobs === undefined ? {} : { jobs }),
    });
    const { token, askToken } = options;
    const post = (body: MessageBody): void => this.#take(body);
    this.#runner = new EffectRunner({ server, post, token, askToken });
    this.#timer = setInterval(() => this.#take({ kind: "tick" }), TICK_MS);
  }

  /** What is known now. */
  get model(): Model {
    return this.#model;
  }

  /** A number for a question whose answer the model does not wait for. */
  nextNumber(): number {
    return ++this.#lastNumber;
  }

  /**
   * Listens to all messages.
   *
   * @returns Ends it.
   */
  listen(listener: (body: MessageBody) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** Connects, and reads the local folder. */
  begin(): void {
    this.apply(start(this.#model));
    this.#runner.start();
  }

  /** Goes to another model, and does what it wants done. */
  apply({ model, effects }: Step): void {
    const before = this.#model;
    this.#model = model;
    for (const effect of effects) this.#runner.run(effect);
    if (model !== before) this.#options.onChange(before, model);
  }

  /**
   * Does something and waits for one of its answers.
   *
   * @param effect What to do.
   * @param kinds Kinds of answers that end the wait.
   * @returns The first such answer.
   * @throws {SluiceError} `cancelled` when the session is ended meanwhile.
   */
  async answer<K extends MessageBody["kind"]>(
    effect: Effect,
    ...kinds: readonly K[]
  ): Promise<BodyOf<K>> {
    const isWanted = (body: MessageBody): body is BodyOf<K> =>
      kinds.some((kind) => kind === body.kind);
    return await this.#watch<BodyOf<K>>(
      (body, found) => {
        if (isWanted(body)) found(body);
      },
      () => this.#runner.run(effect),
    );
  }

  /**
   * Waits until something is the case.
   *
   * @throws {SluiceError} `cancelled` when the session is ended meanwhile.
   */
  async until(isCase: (model: Model) => boolean): Promise<void> {
    if (isCase(this.#model)) return;
    await this.#watch<void>((_body, found) => {
      if (isCase(this.#model)) found();
    });
  }

  /** Stops everything; transfers keep what they moved. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#runner.close();
  }

  #take(body: MessageBody): void {
    this.apply(update(this.#model, { ...body, atMs: Date.now() }));
    for (const watch of [...this.#watchers]) watch(body);
  }

  async #watch<T>(
    look: (body: MessageBody, found: (value: T) => void) => void,
    begin?: () => void,
  ): Promise<T> {
    const { signal } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    using _abort = onAbort(signal, () => reject(cancelledError("go on", signal)));
    const watcher = (body: MessageBody): void => look(body, resolve);
    this.#watchers.add(watcher);
    try {
      begin?.();
      return await promise;
    } finally {
      this.#watchers.delete(watcher);
    }
  }
}
