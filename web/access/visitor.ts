import { Hono } from "hono";
import type { AccessRole, SluiceClient } from "#client/mod.ts";
import type { GatewayContext } from "../gateway_context.ts";
import { answerFailures } from "../http/answer_failures.ts";
import { addEventRoutes } from "../live/event_routes.ts";
import { LiveHub } from "../live/live_hub.ts";
import { addArchiveRoutes } from "../routes/archive_routes.ts";
import { addChangeRoutes } from "../routes/change_routes.ts";
import { addFileRoutes } from "../routes/file_routes.ts";
import { addLookRoutes } from "../routes/look_routes.ts";
import { addSearchRoute } from "../routes/search_route.ts";
import { Publisher } from "../uploads/publisher.ts";
import { addTusRoutes } from "../uploads/tus_routes.ts";
import { UploadDesk } from "../uploads/upload_desk.ts";

/** What all visitors of a gateway share. */
export type SharedContext = Omit<GatewayContext, "client">;

/**
 * Whoever shows one access token, or none: a client of the file server with that token, and all that the gateway
 * keeps for it. Nothing of one visitor can be reached by another: not its uploads, not its archives, not its events.
 */
export class Visitor {
  readonly #client: SluiceClient;
  readonly #app = new Hono();
  readonly #hub: LiveHub;
  readonly #publisher: Publisher;
  readonly #desk: UploadDesk;
  readonly #endEvents: () => void;
  #closing: Promise<void> | undefined;

  /**
   * @param shared What all visitors share.
   * @param client Client with the token; closed together with this.
   * @param onRefused Told when the file server takes the token no more, or asks for one.
   */
  constructor(shared: SharedContext, client: SluiceClient, onRefused: () => void) {
    const gateway: GatewayContext = { ...shared, client };
    const { limits, server, onFault } = shared;
    const silenceMs = limits.serverSilenceMs;
    this.#client = client;
    this.#hub = new LiveHub(client, { server, silenceMs, onFault, onRefused });
    this.#publisher = new Publisher(client, limits.lostAnswerMs);
    this.#desk = new UploadDesk(client, this.#publisher, limits.parkedMs, limits.transfers);
    addFileRoutes(this.#app, gateway, this.#publisher);
    addLookRoutes(this.#app, gateway);
    addChangeRoutes(this.#app, gateway);
    addSearchRoute(this.#app, gateway);
    addArchiveRoutes(this.#app, gateway);
    addTusRoutes(this.#app, gateway, this.#desk);
    this.#endEvents = addEventRoutes(this.#app, gateway, this.#hub);
    answerFailures(this.#app, onFault);
  }

  /** Answers a call. */
  async fetch(request: Request): Promise<Response> {
    return await this.#app.fetch(request);
  }

  /**
   * Asks the file server what this visitor may do.
   *
   * @throws {SluiceError} `token_required`, `token_refused`, `unreachable` and others.
   */
  async role(signal: AbortSignal): Promise<AccessRole> {
    return await this.#client.role({ signal });
  }

  /**
   * Makes sure that the file server answers.
   *
   * @throws {SluiceError} `unreachable`, or `token_required` by a server that asks for a token.
   */
  async ping(signal: AbortSignal): Promise<void> {
    await this.#client.ping({ signal });
  }

  /** Ends the event streams; browsers open them again, perhaps as another visitor. */
  endEvents(): void {
    this.#endEvents();
  }

  /** Lets go of uploads and of the file server; what goes on ends. Idempotent. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    this.#endEvents();
    this.#publisher.close();
    await this.#hub.close();
    await this.#desk.close();
    await this.#client.close();
  }
}
