import type { ServerOptions, ServerTimeouts } from "#server/server_options.ts";
import { type Server, startServer, startServerWith } from "#server/start_server.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";

/** A server in this process, on a free port, with a root of its own. */
export interface TestServer extends AsyncDisposable {
  readonly server: Server;
  readonly hostname: string;
  readonly port: number;
  /** Root, to look at what is really on the disk. */
  readonly root: TempFolder;
}

/** What a test may choose; `workerModule` is a file beside the tests that stands for the worker. */
export interface TestServerOptions extends Omit<ServerOptions, "root" | "timeouts"> {
  readonly timeouts?: Partial<ServerTimeouts>;
  readonly root?: string;
  readonly spawn?: (root: string) => Worker;
}

/**
 * Starts a server for one test: `await using place = await startTestServer({ workers: 1 })`.
 *
 * @param options As for `startServer`.
 * @returns The server; it and its root are gone when the test ends.
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const root = await makeTempFolder();
  const { spawn, timeouts, ...rest } = options;
  // Deadlines that tests shorten must be looked at more often than real ones.
  const settings = {
    port: 0,
    root: root.path,
    // A worker that nobody asks for would only cost time.
    spareWorkers: 0,
    ...rest,
    timeouts: { tickMs: 50, ...timeouts },
  };
  try {
    const server =
      await (spawn === undefined ? startServer(settings) : startServerWith(settings, spawn));
    return {
      server,
      hostname: server.hostname,
      port: server.port,
      root,
      [Symbol.asyncDispose]: async (): Promise<void> => {
        await server[Symbol.asyncDispose]();
        await root[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await root[Symbol.asyncDispose]();
    throw error;
  }
}
