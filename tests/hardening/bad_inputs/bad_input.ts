import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { type GuardedRoot, makeGuardedRoot } from "#tests/support/guarded_root.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";

/** Where a bad input is sent. */
export interface BadPlace {
  readonly server: ServerProcess;
  /** Has `kept` in it, and folders beside it that nobody may touch. */
  readonly guarded: GuardedRoot;
  /** A connection that was welcomed. */
  readonly peer: RawPeer;
}

/** Registers the test of one bad input. */
export type BadInputTest = (what: string, send: (place: BadPlace) => Promise<void>) => void;

interface Started extends Pick<BadPlace, "server" | "guarded"> {
  readonly folder: TempFolder;
  readonly log: string;
}

/** Lines of a log that came through a pipe would be reads of one test that end in another. */
const LOG_TO_FILE = 'log=$1; shift; exec "$@" 2>"$log"';
const KEPT = "never changed";

/**
 * Starts a real server for all tests of a file, each of which sends it one bad input: it must survive that, go on
 * serving others, keep what was there, and touch nothing outside of root.
 *
 * @param timeouts Deadlines that are shorter than the real ones.
 * @returns Registers a test, named after its input.
 */
export function badInputTests(timeouts?: Readonly<Record<string, number>>): BadInputTest {
  let started: Started | undefined;
  Deno.test.beforeAll(async () => {
    const [guarded, folder] = [await makeGuardedRoot(), await makeTempFolder()];
    const { root } = guarded;
    await Deno.writeTextFile(`${root}/kept`, KEPT);
    const log = folder.join("log");
    const wrapper = ["sh", "-c", LOG_TO_FILE, "sh", log];
    const server = await startServerProcess({ root, wrapper, ...(timeouts && { timeouts }) });
    started = { server, guarded, folder, log };
  });
  Deno.test.afterAll(async () => {
    await started?.server[Symbol.asyncDispose]();
    await started?.guarded[Symbol.asyncDispose]();
    await started?.folder[Symbol.asyncDispose]();
  });
  return (what, send) => {
    Deno.test(`bad input: ${what}`, async () => {
      assert.ok(started !== undefined);
      const { server, guarded, log } = started;
      {
        using peer = await RawPeer.greet(server);
        await send({ server, guarded, peer });
      }
      using other = await RawPeer.greet(server);
      const served = await other.request(FrameType.STAT, { path: "kept" });
      assert.equal(served.json?.sizeBytes, KEPT.length, JSON.stringify(served.json));
      assert.equal(await Deno.readTextFile(`${guarded.root}/kept`), KEPT);
      await guarded.assertUntouched();
      const said = await Deno.readTextFile(log);
      assert.ok(!/ ERR |fault|internal/.test(said), said);
    });
  };
}
