import type { CommandRun } from "../context.ts";
import { throttleText } from "../output/throttle_text.ts";
import type { ThrottleFlags } from "../throttle_route.ts";

/**
 * `throttle`: changes the rates of a running server, or shows its limits on flow.
 *
 * @param run The command under way.
 */
export async function throttle({ environment, flags, report }: CommandRun<ThrottleFlags>): Promise<
  void
> {
  const { rate, perConnection: ratePerConnection } = flags;
  await using client = await environment.connect({ server: flags.server });
  const now = await client.throttle({ rate, ratePerConnection }, { signal: environment.signal });
  const name = flags.server ?? environment.server ?? "127.0.0.1:9999";
  report.result({ name, ...now }, throttleText(now));
}
