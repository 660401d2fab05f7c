import { EVENT_DEADLINE_MS, withDeadline } from "#tests/support/deadline.ts";

/** What curl said and did. */
export interface CurlResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the real curl to its end, silent but for errors.
 *
 * @param args Its arguments.
 * @param input Its standard input.
 */
export async function curl(args: readonly string[], input?: string): Promise<CurlResult> {
  const child = new Deno.Command("curl", {
    args: ["-sS", "--max-time", String(EVENT_DEADLINE_MS / 1000), ...args],
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (input !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  }
  const { code, stdout, stderr } = await withDeadline(child.output(), "the end of curl");
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
