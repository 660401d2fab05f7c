import { EVENT_DEADLINE_MS } from "./deadline.ts";
import { runCommand } from "./run_command.ts";

/** What the server and each worker keep open for as long as they live. */
const KEPT_BY_WORKERS = /\/\.sluice\/(lock|server\.lock|state\.db(-wal|-shm)?)$/;

/** Whether this system shows what a process has open. */
const HAS_PROC = Deno.build.os === "linux";

/** Counts the TCP sockets that a process has open; 0 on systems that do not tell. */
export async function countSockets(pid: number): Promise<number> {
  return (await look(pid)).sockets.length;
}

/**
 * Waits until a server has no file of root open, besides those that each worker keeps, and no more
 * TCP sockets than before.
 *
 * @param pid The server's process.
 * @param root The folder that it serves.
 * @param most How many sockets it may have open.
 * @throws {Error} With what is still open when the deadline passes.
 */
export async function waitUntilClosed(pid: number, root: string, most: number): Promise<void> {
  const deadline = performance.now() + EVENT_DEADLINE_MS;
  for (;;) {
    const { targets, sockets } = await look(pid);
    const files = targets.filter((path) => path.startsWith(root) && !KEPT_BY_WORKERS.test(path));
    if (files.length === 0 && sockets.length <= most) return;
    if (performance.now() > deadline) {
      throw new Error(`Still open: ${files.join(", ")} and ${sockets.length} of ${most} sockets`);
    }
  }
}

interface Open {
  /** What each descriptor points to. */
  readonly targets: readonly string[];
  /** Those of them that are TCP sockets; a worker has a socket of another kind for itself. */
  readonly sockets: readonly string[];
}

/** Deno keeps /proc from programs with scoped permissions, so other programs look. */
async function look(pid: number): Promise<Open> {
  if (!HAS_PROC) return { targets: [], sockets: [] };
  const list = (await runCommand("ls", ["-l", `/proc/${pid}/fd`])).stdout;
  const targets = list.split("\n").flatMap((line) => / -> (.+)$/.exec(line)?.[1] ?? []);
  const table = (await runCommand("cat", [`/proc/${pid}/net/tcp`])).stdout;
  // The tenth column is the socket's inode (proc_net_tcp(5)).
  const inodes = new Set(
    table.split("\n").map((line) => `socket:[${line.trim().split(/\s+/)[9]}]`),
  );
  return { targets, sockets: targets.filter((target) => inodes.has(target)) };
}
