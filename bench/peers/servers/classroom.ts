import { fileURLToPath } from "node:url";
import type { World } from "../world.ts";
import type { PeerServer } from "./server.ts";

/** The program of the classroom kind, server and client. */
export const CLASSROOM_PROGRAM: string = fileURLToPath(new URL("../classroom.py", import.meta.url));

/** Starts the server of the classroom kind over the shared files. */
export async function startClassroom(world: World): Promise<PeerServer> {
  const process = world.processes.start([
    world.tools.path("python3"),
    ...[CLASSROOM_PROGRAM, "serve", world.files],
  ]);
  const port = await process.stdout.waitFor((line) => /^\d+$/.test(line), "port of the classroom");
  return { port: Number(port), process };
}
