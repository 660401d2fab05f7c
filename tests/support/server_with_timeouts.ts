/**
 * Runs a server with deadlines that no flag sets, so that tests need not wait for the real ones:
 * `server_with_timeouts.ts JSON --port 0 --root DIR [--max-connections N]`.
 */
import { parseArgs } from "node:util";
import { parseRate } from "#protocol/byte_units.ts";
import { configureLog } from "#server/log_output.ts";
import type { ServerTimeouts } from "#server/server_options.ts";
import { startServer } from "#server/start_server.ts";

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    port: { type: "string", default: "0" },
    root: { type: "string", default: "" },
    "max-connections": { type: "string", default: "1024" },
    workers: { type: "string", default: "64" },
    "rate-per-connection": { type: "string", default: "0" },
  },
});
const timeouts: Partial<ServerTimeouts> = JSON.parse(positionals[0] ?? "{}");
await configureLog("text", { hasColor: false, isVerbose: true });
const server = await startServer({
  port: Number(values.port),
  root: values.root,
  maxConnections: Number(values["max-connections"]),
  workers: Number(values.workers),
  throttle: { ratePerConnection: parseRate(values["rate-per-connection"]) },
  timeouts,
});
Deno.addSignalListener("SIGTERM", () => void server.stop().then(() => Deno.exit(0)));
console.log(`sluice: listening on ${server.hostname}:${server.port}, serving ${server.root}`);
