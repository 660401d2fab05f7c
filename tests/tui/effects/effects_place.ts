import type { Effect } from "#tui/model/effect.ts";
import type { MessageBody } from "#tui/model/message.ts";
import type { Transfer } from "#tui/model/transfer.ts";
import { EffectRunner } from "#tui/effects/effect_runner.ts";
import type { AskToken } from "#client/token_keeper.ts";
import type { ServerAddress } from "#client/types.ts";
import { startTestServer, type TestServerOptions } from "#tests/server/test_server.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";

type Kind = MessageBody["kind"];
type BodyOf<K extends Kind> = Extract<MessageBody, { kind: K }>;

/** Runs effects, and keeps what they answer. */
export class EffectLog implements AsyncDisposable {
  readonly runner: EffectRunner;
  readonly messages: MessageBody[] = [];
  readonly #waiters = new Set<() => void>();
  #lastId = 0;

  /**
   * @param server Where effects find their server.
   * @param askToken Answers for the person, in place of a dialog.
   */
  constructor(server: ServerAddress, askToken?: AskToken) {
    this.runner = new EffectRunner({
      server,
      askToken,
      post: (body) => {
        this.messages.push(body);
        for (const wake of [...this.#waiters]) wake();
      },
    });
  }

  /** Runs an effect and waits for a kind of answer. */
  async answer<K extends Kind>(effect: Effect, kind: K): Promise<BodyOf<K>> {
    const from = this.messages.length;
    this.runner.run(effect);
    return await this.next(kind, () => true, from);
  }

  /** Waits for a message that may have come already. */
  async next<K extends Kind>(
    kind: K,
    isWanted: (body: BodyOf<K>) => boolean = () => true,
    from = 0,
  ): Promise<BodyOf<K>> {
    const find = (): BodyOf<K> | undefined =>
      this.messages.slice(from).find((body): body is BodyOf<K> =>
        body.kind === kind && isWanted(body as BodyOf<K>)
      );
    const came = Promise.withResolvers<BodyOf<K>>();
    const look = (): void => {
      const body = find();
      if (body !== undefined) came.resolve(body);
    };
    this.#waiters.add(look);
    look();
    try {
      return await withDeadline(came.promise, `a message "${kind}"`);
    } finally {
      this.#waiters.delete(look);
    }
  }

  /** The end of a transfer, counted from a message on. */
  async end(id: number, from = 0): Promise<BodyOf<"transferEnded">["end"]> {
    return (await this.next("transferEnded", (body) => body.id === id, from)).end;
  }

  /** Waits until some bytes of a transfer are across. */
  async moved(id: number, bytes: number, from = 0): Promise<void> {
    await this.next("progressed", ({ reports }) => {
      return reports.some((report) => report.id === id && report.progress.doneBytes >= bytes);
    }, from);
  }

  /** Makes a transfer as the model has it. */
  transfer(
    wanted: Pick<Transfer, "direction" | "localPath" | "remotePath"> & Partial<Transfer>,
  ): Transfer {
    return {
      id: ++this.#lastId,
      kind: "file",
      name: wanted.remotePath,
      phase: "running",
      stopping: undefined,
      batchId: 1,
      progress: undefined,
      files: undefined,
      samples: [],
      sparkline: [],
      limitRate: 0,
      lastByteAtMs: 0,
      retryAtMs: undefined,
      result: undefined,
      seconds: undefined,
      startedAtMs: undefined,
      failure: undefined,
      ...wanted,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runner.close();
  }
}

/** A server, its root, a local folder, and effects. */
export interface EffectsPlace extends AsyncDisposable {
  readonly log: EffectLog;
  readonly root: TempFolder;
  readonly local: TempFolder;
  readonly address: ServerAddress;
}

/** Starts what tests of effects need: `await using place = await makeEffectsPlace()`. */
export async function makeEffectsPlace(options: TestServerOptions = {}): Promise<EffectsPlace> {
  const server = await startTestServer(options);
  const local = await makeTempFolder();
  const address = { hostname: server.hostname, port: server.port };
  const log = new EffectLog(address);
  return {
    log,
    root: server.root,
    local,
    address,
    [Symbol.asyncDispose]: async () => {
      await log[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await local[Symbol.asyncDispose]();
    },
  };
}
