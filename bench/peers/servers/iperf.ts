import type { World } from "../world.ts";
import { freePort, type PeerServer } from "./server.ts";

/** Starts iperf3, which moves bytes that come from no file and go into none. */
export async function startIperf(world: World): Promise<PeerServer> {
  const port = freePort();
  const process = world.processes.start([
    world.tools.path("iperf3"),
    ...["-s", "-B", "127.0.0.1", "-p", `${port}`, "--forceflush"],
  ]);
  // To connect and leave would count as a broken test for it; it says itself when it is ready.
  await process.stdout.waitFor((line) => line.includes("listening"), "ready line of iperf3");
  return { port, process };
}
