import { formatSeconds } from "#protocol/byte_units.ts";
import { answererText } from "#protocol/answerer_text.ts";
import type { StatusResult } from "#protocol/replies.ts";
import type { CommandRun } from "../context.ts";
import type { StatusFlags } from "../name_routes.ts";
import { UsageError } from "../output/failure.ts";
import { keyValueLines } from "../output/key_value_lines.ts";
import { throttleText } from "../output/throttle_text.ts";

/**
 * `status`: whether the server is up and how busy it is, once or again and again.
 *
 * @param run The command under way.
 */
export async function status(run: CommandRun<StatusFlags>): Promise<void> {
  const { environment, flags, report } = run;
  const server = flags.server ?? environment.server ?? "127.0.0.1:9999";
  if (flags.watch) {
    const { watchStatus } = await import("./watch_status.ts");
    return await watchStatus(run, server);
  }
  if (flags.interval !== undefined) {
    throw new UsageError("Cannot use --interval: it is for --watch");
  }
  await using client = await environment.connect({ server: flags.server });
  const result = await client.status({ signal: environment.signal });
  report.result({ name: server, ...result }, statusLines(server, result));
}

function statusLines(server: string, result: StatusResult): string {
  const { workers, throttle } = result;
  const answerer = answererText(result);
  return keyValueLines([
    ["server", `${server} is up`],
    ["version", result.agent],
    ...(answerer === undefined ? [] : [["answered by", answerer] as const]),
    ["uptime", formatSeconds(result.uptimeSeconds)],
    ["connections", `${result.connections} of ${result.maxConnections}`],
    ["workers", `${workers.leased} busy, ${workers.idle} idle, at most ${workers.limit}`],
    ["waiting", String(result.waiting)],
    ["transfers", String(result.transfers)],
    ["throttle", throttleText(throttle)],
  ]);
}
