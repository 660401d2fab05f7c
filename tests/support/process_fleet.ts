import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { RawPeer } from "./raw_peer.ts";
import { type ServerProcess, startServerProcess } from "./server_process.ts";

/** A server of several processes on one port. */
export interface ProcessFleet extends AsyncDisposable {
  readonly server: ServerProcess;
  /** Connects to a process, as often as it takes to reach it, with a token if the server asks for one. */
  peerOf(index: number, token?: string): Promise<RawPeer>;
  /** Waits until a process accepts connections, for the so-manieth time. */
  pidOf(index: number, times?: number): Promise<number>;
}

/**
 * Starts a server of several processes.
 *
 * @param root What it serves.
 * @param count Processes.
 * @param flags More flags.
 * @param port Port. @default 0, a free one
 * @returns The server, ready.
 */
export async function startFleet(
  root: string,
  count: number,
  flags: readonly string[] = [],
  port = 0,
): Promise<ProcessFleet> {
  const server = await startServerProcess({
    root,
    port,
    flags: ["--processes", `${count}`, ...flags],
  });
  return {
    server,
    peerOf: (index, token) => reach(server, index, token),
    pidOf: (index, times = 1) => findPid(server, index, times),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The number of the process that a peer has reached. */
export async function processOf(peer: RawPeer): Promise<number> {
  const { json } = await peer.request(FrameType.STATUS);
  const processes: unknown = json?.processes;
  assert.ok(typeof processes === "object" && processes !== null && "answeredBy" in processes);
  return Number(processes.answeredBy);
}

async function reach(server: ServerProcess, index: number, token?: string): Promise<RawPeer> {
  // Each connection goes to any process: the one that is wanted does not come up in 200 of them with a
  // chance of less than one in 10^30.
  for (let attempt = 0; attempt < 200; attempt++) {
    const peer = await RawPeer.greet(server, token);
    if (await processOf(peer) === index) return peer;
    peer.close();
  }
  throw new Error(`Cannot reach process ${index}`);
}

async function findPid(server: ServerProcess, index: number, times: number): Promise<number> {
  const wanted = new RegExp(`process ${index}: accepts connections, pid (\\d+)`);
  const isThere = (): boolean =>
    server.stderr.lines.filter((line) => wanted.test(line)).length >= times;
  await server.waitForLog(isThere, `process ${index} to accept connections`);
  const lines = server.stderr.lines.filter((line) => wanted.test(line));
  return Number(wanted.exec(lines[times - 1] ?? "")?.[1]);
}
