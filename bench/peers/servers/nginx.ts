import { join } from "node:path";
import type { World } from "../world.ts";
import { freePort, type PeerServer, untilReady } from "./server.ts";

/** Starts nginx over the shared files, with sendfile and two worker processes. */
export async function startNginx(world: World): Promise<PeerServer> {
  const port = freePort();
  const folder = await Deno.makeTempDir({ dir: world.settings });
  const config = join(folder, "nginx.conf");
  await Deno.writeTextFile(config, settings(world, folder, port));
  const process = world.processes.start([
    world.tools.path("nginx"),
    ...["-c", config, "-p", folder, "-e", join(folder, "error.log")],
  ]);
  return await untilReady("nginx", { port, process });
}

function settings(world: World, folder: string, port: number): string {
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `  ${kind}_temp_path ${folder}/${kind};`);
  return [
    // As root its workers would otherwise be a user that may not look into the folder.
    ...Deno.uid() === 0 ? ["user root;"] : [],
    `daemon off; worker_processes 2; pid ${folder}/pid;`,
    "events { worker_connections 4096; }",
    "http { access_log off; sendfile on;",
    ...paths,
    `  server { listen 127.0.0.1:${port}; root ${world.files}; }`,
    "}",
  ].join("\n");
}
