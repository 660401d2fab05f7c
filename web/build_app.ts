import { Hono } from "hono";
import type { SluiceClient } from "#client/mod.ts";
import { addSessionRoutes, sessionIdOf } from "./access/session_routes.ts";
import type { SharedContext } from "./access/visitor.ts";
import { Visitors } from "./access/visitors.ts";
import { requestGuard } from "./guards/request_guard.ts";
import { securityHeaders } from "./guards/security_headers.ts";
import { answerFailures } from "./http/answer_failures.ts";
import type { PageFiles } from "./page_files.ts";
import { addHealthRoute } from "./routes/health_route.ts";
import { addPageRoutes } from "./routes/page_routes.ts";

/** The gateway's routes, without a socket. */
export interface GatewayApp {
  /** Answers a request that comes from an address. */
  readonly fetch: (request: Request, address: string) => Response | Promise<Response>;
  /** Ends event streams, which never end by themselves. */
  readonly endEvents: () => void;
  /** Lets go of uploads and of the file server; what still runs fails with this. */
  readonly close: () => Promise<void>;
}

/** What an app is made of. */
export interface AppParts {
  readonly gateway: SharedContext;
  /** Makes a client of the file server, with a token or without one. */
  readonly connect: (token: string | undefined) => SluiceClient;
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
export function buildApp({ gateway, connect, files, isOwnHost }: AppParts): GatewayApp {
  const visitors = new Visitors(gateway, connect);
  const app = new Hono();
  app.use(securityHeaders());
  const { publicOrigin, limits } = gateway;
  app.use(requestGuard({ isOwnHost, publicOrigin, headerBytes: limits.headerBytes }));
  addHealthRoute(app, () => visitors.askServer());
  addPageRoutes(app, files);
  addSessionRoutes(app, gateway, visitors);
  app.all("/api/*", (context) => {
    const { raw } = context.req;
    return visitors.answer(raw, sessionIdOf(context), (visitor) => visitor.fetch(raw));
  });
  answerFailures(app, gateway.onFault);
  return {
    fetch: (request, address) => {
      gateway.logins.note(request, address);
      return app.fetch(request);
    },
    endEvents: () => visitors.endEvents(),
    close: () => visitors.close(),
  };
}
