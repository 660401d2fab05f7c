import { withDeadline } from "./deadline.ts";
import type { LineLog } from "./line_log.ts";

/** A process whose output is read. */
export interface ReadProcess {
  readonly child: Deno.ChildProcess;
  readonly stdout: LineLog;
  readonly stderr: LineLog;
}

/**
 * Ends a process by SIGTERM and waits until all it said is read; one that ended already is fine.
 *
 * @param name What it is called in messages, such as `server`.
 * @param process The process.
 * @throws {Error} When it ignores SIGTERM; then it is killed.
 */
export async function stopProcess(name: string, process: ReadProcess): Promise<void> {
  const { child, stdout, stderr } = process;
  tryKill(child, "SIGTERM");
  try {
    await withDeadline(child.status, `the ${name}'s end after SIGTERM`);
  } catch (error) {
    tryKill(child, "SIGKILL");
    await child.status;
    throw new Error(`The ${name} ignored SIGTERM; its log:\n${stderr.text}`, { cause: error });
  } finally {
    await Promise.all([stdout.ended, stderr.ended]);
  }
}

function tryKill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended already, which is all that was wanted.
  }
}
