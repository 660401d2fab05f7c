import { join } from "node:path";
import type { Command } from "../processes.ts";
import type { World } from "../world.ts";
import { freePort, type PeerServer, untilReady } from "./server.ts";

/** An sshd, and how scp reaches it. */
export interface SshServer extends PeerServer {
  /** `scp` with all it needs but the names. */
  readonly scp: Command;
  /** `USER@127.0.0.1`. */
  readonly host: string;
}

/** Starts sshd with keys of its own, which nothing else knows. */
export async function startSshd(world: World): Promise<SshServer> {
  const port = freePort();
  const folder = await Deno.makeTempDir({ dir: world.settings });
  const [hostKey, userKey] = [join(folder, "host"), join(folder, "user")];
  for (const key of [hostKey, userKey]) {
    await world.processes.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key]);
  }
  // sshd of root wants this folder, which its service would make.
  if (Deno.uid() === 0) await Deno.mkdir("/run/sshd", { recursive: true });
  const options = {
    ListenAddress: "127.0.0.1",
    AuthorizedKeysFile: `${userKey}.pub`,
    PidFile: "none",
    StrictModes: "no",
    PermitRootLogin: "yes",
    UsePAM: "no",
    Subsystem: "sftp internal-sftp",
  };
  const process = world.processes.start([
    world.tools.path("sshd"),
    ...["-D", "-f", "/dev/null", "-p", `${port}`, "-h", hostKey],
    ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
  ]);
  const user = (await world.processes.run(["id", "-un"])).stdout.trim();
  const server = await untilReady("sshd", { port, process });
  return { ...server, host: `${user}@127.0.0.1`, scp: scpCommand(world, port, userKey) };
}

function scpCommand(world: World, port: number, key: string): Command {
  const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "BatchMode=yes"];
  return [
    world.tools.path("scp"),
    ...["-q", "-F", "none", "-P", `${port}`, "-i", key, "-o", "LogLevel=ERROR"],
    ...options.flatMap((option) => ["-o", option]),
  ];
}
