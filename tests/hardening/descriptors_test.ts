import assert from "node:assert/strict";
import { encodeControl, FrameType } from "#protocol/frame.ts";
import { encodePreface } from "#protocol/preface.ts";
import { concatBytes, randomBytes } from "#tests/support/random_bytes.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { downloadRaw, uploadRaw } from "#tests/support/raw_transfer.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { untilServerRests } from "#tests/support/state_folder.ts";
import { until } from "#tests/server/until.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const LIMIT = 128;
/** More than there are descriptors for. */
const CROWD = 200;
const KEPT = randomBytes(100_000);
const GREETING = concatBytes([
  encodePreface(),
  encodeControl(FrameType.HELLO, 0, { agent: "crowd" }),
]);
/** Codes that tell a client what is the matter, or that it can come again. */
const CLEAR: ReadonlySet<string> = new Set(["busy", "unreachable"]);

Deno.test({
  name: `a server of ${LIMIT} descriptors survives ${CROWD} clients, tells them so, and recovers`,
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using folder = await makeTempFolder();
    const wrapper = ["sh", "-c", `ulimit -n ${LIMIT}; exec "$@"`, "sh"];
    await using server = await startServerProcess({ root: folder.path, wrapper });
    {
      using peer = await RawPeer.greet(server);
      const { json } = await uploadRaw(peer, "kept", KEPT);
      assert.equal(json?.outcome, "created");
    }
    const peers = await Promise.all(Array.from({ length: CROWD }, () => RawPeer.connect(server)));
    try {
      // Those that were accepted want work done, too, each by another worker.
      const asked = peers.slice(0, 60).map((peer) => ask(peer));
      const answers = await Promise.all(asked);
      const clear = answers.every((answer) => answer === "done" || CLEAR.has(answer));
      assert.ok(clear, `${JSON.stringify(answers)}\n${faultsOf(server)}`);
      const done = answers.filter((answer) => answer === "done").length;
      console.log(`${done} of ${answers.length} were served at once`);
      assert.ok(done > 10, "those that were there first are served");
    } finally {
      for (const peer of peers) peer.close();
    }
    // Until the crowd is gone whoever asks may be refused as well.
    const rests = (): Promise<boolean> => untilServerRests(server).then(() => true, () => false);
    await until(rests, "the server to recover");
    using peer = await RawPeer.greet(server);
    assert.deepEqual(await downloadRaw(peer, "kept"), KEPT);
    assert.equal((await uploadRaw(peer, "new", KEPT)).json?.outcome, "created");
    assert.equal(faultsOf(server), "");
  },
});

/** Uploads something; gives how that ended. */
async function ask(peer: RawPeer): Promise<string> {
  try {
    await peer.send(GREETING);
    await peer.expectPreface();
    const welcome = await peer.nextFrame();
    if (welcome.type === FrameType.ERROR) return String(welcome.json?.name);
    const { json } = await uploadRaw(peer, crypto.randomUUID(), KEPT);
    return String(json?.name ?? "done");
  } catch (error) {
    if (error instanceof Error && error.name === "AssertionError") throw error;
    return "unreachable"; // It was closed without a word.
  }
}

/** What the log says of faults of the server's own. */
function faultsOf(server: ServerProcess): string {
  return server.stderr.lines.filter((line) => /internal|panick/.test(line)).join("\n");
}
