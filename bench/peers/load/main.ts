/**
 * Load for a Sluice server, in a process of its own. Each line of stdout is one JSON value.
 *
 * @module
 */
import { firstBytes, firstHttpBytes } from "./first_byte.ts";
import type { Address } from "./frame_skimmer.ts";
import { holdIdle } from "./idle.ts";
import { repeatLists } from "./repeat.ts";
import { steadyFlow } from "./steady.ts";
import { streamFiles } from "./streams.ts";

const [what = "", port = "", ...rest] = Deno.args;
const address: Address = { hostname: "127.0.0.1", port: Number(port) };
const [name = "", count = "1"] = rest;

const WORK: Readonly<Record<string, () => Promise<void>>> = {
  // Names of files, each on a connection of its own, all at once.
  streams: async () => say(await streamFiles(address, rest)),
  idle: () => holdIdle(address, Number(name), say, Number(rest[1] ?? 0)),
  repeat: () => repeatLists(address, Number(name), Number(count), say),
  steady: () =>
    steadyFlow(address, { path: name, streams: Number(count), say, ...secondsOf(rest) }),
  "first-byte": async () => say(await firstBytes(address, name, Number(count))),
  "first-http-byte": async () => say(await firstHttpBytes(address, name, Number(count))),
};

const work = WORK[what];
if (work === undefined) throw new Error(`unknown work: ${what}`);
try {
  await work();
} catch (error) {
  // Whoever reads the lines quotes this one when it waits for another in vain.
  console.log(`fault: ${error}`);
  Deno.exit(1);
}

function say(value: unknown): void {
  console.log(JSON.stringify(value));
}

function secondsOf(args: readonly string[]): { readonly seconds: number } {
  return { seconds: Number(args[2] ?? 20) };
}
