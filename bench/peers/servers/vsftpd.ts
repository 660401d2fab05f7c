import { join } from "node:path";
import type { World } from "../world.ts";
import { freePort, type PeerServer, untilReady } from "./server.ts";

/** Starts vsftpd over the shared files, for anonymous reading and writing. */
export async function startVsftpd(world: World): Promise<PeerServer> {
  const port = freePort();
  const config = join(await Deno.makeTempDir({ dir: world.settings }), "vsftpd.conf");
  const settings: Readonly<Record<string, string | number>> = {
    listen: "YES",
    listen_address: "127.0.0.1",
    listen_port: port,
    background: "NO",
    anonymous_enable: "YES",
    no_anon_password: "YES",
    local_enable: "NO",
    anon_root: world.files,
    write_enable: "YES",
    anon_upload_enable: "YES",
    // The one who runs the bench owns the files; there is nobody else to keep them from.
    run_as_launching_user: "YES",
    allow_writeable_chroot: "YES",
    seccomp_sandbox: "NO",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  await Deno.writeTextFile(config, lines.join(""));
  const process = world.processes.start([world.tools.path("vsftpd"), config]);
  return await untilReady("vsftpd", { port, process });
}
