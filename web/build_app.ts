import { Hono } from "hono";
import { escapeText } from "#protocol/escape_text.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { GatewayContext } from "./gateway_context.ts";
import { requestGuard } from "./guards/request_guard.ts";
import { securityHeaders } from "./guards/security_headers.ts";
import { errorResponse, tellError } from "./http/error_response.ts";
import { addEventRoutes } from "./live/event_routes.ts";
import { LiveHub } from "./live/live_hub.ts";
import type { PageFiles } from "./page_files.ts";
import { addArchiveRoutes } from "./routes/archive_routes.ts";
import { addChangeRoutes } from "./routes/change_routes.ts";
import { addFileRoutes } from "./routes/file_routes.ts";
import { addHealthRoute } from "./routes/health_route.ts";
import { addLookRoutes } from "./routes/look_routes.ts";
import { addPageRoutes } from "./routes/page_routes.ts";
import { addSearchRoute } from "./routes/search_route.ts";
import { Publisher } from "./uploads/publisher.ts";
import { addTusRoutes } from "./uploads/tus_routes.ts";
import { UploadDesk } from "./uploads/upload_desk.ts";

/** The gateway's routes, without a socket. */
export interface GatewayApp {
  /** Answers a request. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Ends event streams, which never end by themselves. */
  readonly endEvents: () => void;
  /** Lets go of uploads and of the file server. */
  readonly close: () => Promise<void>;
}

/** What an app is made of. */
export interface AppParts {
  readonly gateway: GatewayContext;
  readonly files: PageFiles;
  /** Whether a value of `Host` is the gateway's own. */
  readonly isOwnHost: (host: string) => boolean;
}

/**
 * Puts the gateway's routes together.
 *
 * @param parts What they share.
 * @returns The app; to be closed.
 */
export function buildApp({ gateway, files, isOwnHost }: AppParts): GatewayApp {
  const { client, limits, server, onFault } = gateway;
  const hub = new LiveHub(client, { server, silenceMs: limits.serverSilenceMs, onFault });
  const publisher = new Publisher(client, limits.lostAnswerMs);
  const desk = new UploadDesk(client, publisher, limits.parkedMs, limits.transfers);
  const app = new Hono();
  app.use(securityHeaders());
  app.use(requestGuard({ isOwnHost, headerBytes: limits.headerBytes }));
  addHealthRoute(app, gateway);
  addPageRoutes(app, files);
  addFileRoutes(app, gateway, publisher);
  addLookRoutes(app, gateway);
  addChangeRoutes(app, gateway);
  addSearchRoute(app, gateway);
  addArchiveRoutes(app, gateway);
  addTusRoutes(app, gateway, desk);
  const endEvents = addEventRoutes(app, gateway, hub);
  app.notFound((context) => {
    const path = escapeText(context.req.path);
    const message = `Cannot ${escapeText(context.req.method)} "${path}": there is no such address`;
    return errorResponse(tellError(new SluiceError("not_found", message), onFault));
  });
  app.onError((error, context) => {
    const told = tellError(error, onFault);
    const answer = errorResponse(told);
    return context.req.raw.method === "HEAD" ? new Response(null, answer) : answer;
  });
  return {
    fetch: (request) => app.fetch(request),
    endEvents,
    close: async (): Promise<void> => {
      endEvents();
      publisher.close();
      await hub.close();
      await desk.close();
    },
  };
}
