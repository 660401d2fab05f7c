import { join } from "node:path";
import type { World } from "../world.ts";
import { freePort, type PeerServer, untilReady } from "./server.ts";

/** Starts an rsync daemon: module `files` to read, `up` to write. */
export async function startRsync(world: World): Promise<PeerServer> {
  const port = freePort();
  const folder = await Deno.makeTempDir({ dir: world.settings });
  const config = join(folder, "rsyncd.conf");
  await Deno.writeTextFile(
    config,
    [
      "use chroot = no",
      `port = ${port}`,
      "address = 127.0.0.1",
      `pid file = ${join(folder, "pid")}`,
      // As root it would otherwise become a user that may not look into the folder.
      ...Deno.uid() === 0 ? ["uid = 0", "gid = 0"] : [],
      `[files]\npath = ${world.files}`,
      `[up]\npath = ${world.uploads}\nread only = no\n`,
    ].join("\n"),
  );
  const process = world.processes.start([
    world.tools.path("rsync"),
    ...["--daemon", "--no-detach", `--config=${config}`],
  ]);
  return await untilReady("rsync", { port, process });
}
