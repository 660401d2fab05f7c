import { SluiceClient } from "#client/sluice_client.ts";
import { type AskToken, TokenKeeper } from "#client/token_keeper.ts";
import type { ServerAddress } from "#client/types.ts";
import type { AccessRole } from "#protocol/access_role.ts";
import type { Effect } from "../model/effect.ts";
import type { MessageBody } from "../model/message.ts";
import { deleteEntries, makeFolder, renameEntry } from "./change_files.ts";
import type { EffectContext } from "./effect_context.ts";
import { FolderLoader } from "./load_folder.ts";
import { FileLooker } from "./look_at_file.ts";
import { emptyTrash, loadHistory, loadTrash, restoreEntries } from "./read_records.ts";
import { ServerSearch } from "./search_server.ts";
import { TokenDesk } from "./token_desk.ts";
import { ServerLink } from "./server_link.ts";
import { CONNECT_TIMEOUT_MS, REPLY_TIMEOUT_MS } from "./transfers/patience.ts";
import { TransferRunner } from "./transfers/transfer_runner.ts";

/** Connections for what people wait for: a search and a checksum leave some for the rest. */
const CONNECTIONS = 4;

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
  /** Access token to begin with. */
  readonly token?: string | undefined;
  /**
   * Gets another token from the person.
   * @default `tokenAsked`, which `giveToken` answers
   */
  readonly askToken?: AskToken | undefined;
}

/** Runs what updates want done: each effect answers with messages, and none throws. */
export class EffectRunner {
  readonly #client: SluiceClient;
  readonly #context: EffectContext;
  readonly #desk: TokenDesk;
  readonly #link: ServerLink;
  readonly #transfers: TransferRunner;
  readonly #folders: FolderLoader;
  readonly #looker: FileLooker;
  readonly #search: ServerSearch;
  readonly #underWay = new Set<Promise<void>>();
  #closing: Promise<void> | undefined;
  #isOver = false;

  /** @param options Where the server is, and who gets the answers. */
  constructor(options: EffectRunnerOptions) {
    const { server, now = Date.now } = options;
    const post = (body: MessageBody): void => {
      if (!this.#isOver) options.post(body);
    };
    const { token, askToken = (refusal) => this.#desk.ask(refusal) } = options;
    const ask: AskToken = async (refusal) => {
      const given = await askToken(refusal);
      // Another call may have asked, while the link waits because it had no token.
      if (given !== undefined && given !== "") this.#link.reconnect();
      return given;
    };
    const tokens = new TokenKeeper({ token, ask });
    const client = new SluiceClient({
      server,
      token: tokens,
      connections: CONNECTIONS,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      replyTimeoutMs: REPLY_TIMEOUT_MS,
    });
    this.#client = client;
    this.#context = { post, client };
    // Idle connections of a server that was gone are dead: the first call on one would only fail.
    const onBack = (): void => client.closeIdle();
    const role = (): Promise<AccessRole> => client.role();
    this.#desk = new TokenDesk(post);
    this.#link = new ServerLink({ server, post, now, onBack, tokens, role });
    this.#transfers = new TransferRunner({ server, token: tokens }, post);
    this.#folders = new FolderLoader(this.#context);
    this.#looker = new FileLooker(this.#context);
    this.#search = new ServerSearch(this.#context);
  }

  /** Connects to the server and watches it from now on: answers `linkChanged` and `snapshot`. */
  start(): void {
    if (this.#closing === undefined) this.#link.start();
  }

  /** Begins an effect. */
  run(effect: Effect): void {
    if (this.#closing !== undefined) return;
    const work = this.#begin(effect);
    if (work === undefined) return;
    const underWay = work.finally(() => this.#underWay.delete(underWay));
    this.#underWay.add(underWay);
  }

  /** Stops everything and waits for its end; transfers keep what they moved. Safe to call twice. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  #begin(effect: Effect): Promise<void> | undefined {
    const context = this.#context;
    switch (effect.kind) {
      case "loadFolder":
        return this.#folders.load(effect);
      case "startTransfer":
        return void this.#transfers.start(effect.transfer);
      case "stopTransfer":
        return void this.#transfers.stop(effect.id, effect.how);
      case "discardTransfer":
        return void this.#transfers.discard(effect.transfer);
      case "setRate":
        return void this.#transfers.setRate(effect.id, effect.bytesPerSecond);
      case "answerConflict":
        return void this.#transfers.answer(effect.id, effect.policy);
      case "rename":
        return renameEntry(context, effect);
      case "delete":
        return deleteEntries(context, effect);
      case "mkdir":
        return makeFolder(context, effect);
      case "loadPreview":
        return this.#looker.preview(effect.side, effect.path);
      case "loadDetails":
        return this.#looker.details(effect.side, effect.path);
      case "loadDigest":
        return this.#looker.digest(effect.side, effect.path);
      case "stopLooking":
        return void this.#looker.stop();
      case "loadHistory":
        return loadHistory(context, effect);
      case "search":
        return this.#search.run(effect);
      case "stopSearch":
        return void this.#search.stop();
      case "loadTrash":
        return loadTrash(context);
      case "restore":
        return restoreEntries(context, effect.ids);
      case "emptyTrash":
        return emptyTrash(context, effect.ids);
      case "reconnect":
        this.#desk.askAgain();
        return void this.#link.reconnect();
      case "giveToken":
        return void this.#desk.give(effect.token);
      case "leave":
        return void this.close();
      default:
        return effect satisfies never;
    }
  }

  async #close(): Promise<void> {
    this.#folders.stop();
    this.#looker.stop();
    this.#search.stop();
    await Promise.all([this.#link.close(), this.#transfers.close()]);
    await this.#client.close();
    await Promise.all(this.#underWay);
    this.#isOver = true;
  }
}
