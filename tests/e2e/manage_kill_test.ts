import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { startClientProcess } from "#tests/support/client_process.ts";
import { treeOf } from "#tests/support/manage_world.ts";
import { SeededRandom } from "#tests/support/seeded_random.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { untilServerRests } from "#tests/support/state_folder.ts";
import { TcpRelay } from "#tests/support/tcp_relay.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { type Instant, TrafficTrigger } from "#tests/support/traffic_trigger.ts";

const FILES = 800;
/** About the bytes of all files and their frames. */
const TRAFFIC_BYTES = 2_000_000;

for (const direction of ["upload", "download"] as const) {
  Deno.test(`kill -9 in the middle of a tree's ${direction} shows no partial file, and the next run goes on`, async () => {
    await using folder = await makeTempFolder();
    const [source, target] = direction === "upload" ? ["local", "root"] : ["root", "local"];
    await Deno.mkdir(folder.join("root"));
    await Deno.mkdir(folder.join("local"));
    const random = new SeededRandom(direction === "upload" ? 11 : 12);
    await writeFiles(folder.join(source, "t"), random);
    const wanted = await treeOf(folder.join(source));
    await using server = await startServerProcess({ root: folder.join("root") });
    const trigger = new TrafficTrigger();
    await using relay = new TcpRelay();
    relay.passages = trigger.passages;
    relay.connectTo(server);
    const names = direction === "upload"
      ? [folder.join("local", "t")]
      : ["t", "--to", folder.join("local")];
    const args = [direction, "-r", "--on-conflict", "skip", ...names];
    let kills = 0;
    for (const instant of instantsOf(direction, random)) {
      await using client = await startClientProcess(relay.address, args);
      void trigger.arm(instant, () => client.kill("SIGKILL"));
      if ((await client.ended).signal === "SIGKILL") kills++;
      await untilServerRests(server);
      assertNothingPartial(await treeOf(folder.join(target)), wanted);
    }
    assert.ok(kills >= 3, `only ${kills} kills came before the end`);
    void trigger.arm({ way: "up", bytes: Infinity }, () => {});
    await using last = await startClientProcess(relay.address, args);
    assert.equal((await last.ended).code, 0, last.stderr.text);
    assert.deepEqual(await treeOf(folder.join(target)), wanted);
  });
}

function instantsOf(direction: "upload" | "download", random: SeededRandom): Instant[] {
  const way = direction === "upload" ? "up" : "down";
  const middles = [0.1, 0.4, 0.7].map((part): Instant => ({
    way,
    bytes: Math.round(TRAFFIC_BYTES * part * (0.5 + random.next())),
  }));
  const afterMs = random.between(0, 30);
  if (direction === "upload") return [...middles, { way, behind: FrameType.PUBLISH, afterMs }];
  return [...middles, { way: "down", bytes: Math.round(TRAFFIC_BYTES * 0.9) }];
}

async function writeFiles(folder: string, random: SeededRandom): Promise<void> {
  for (let index = 0; index < FILES; index++) {
    const sub = `${folder}/d${index % 7}`;
    if (index < 7) await Deno.mkdir(sub, { recursive: true });
    const text = `${index} `.repeat(random.between(0, 900));
    await Deno.writeTextFile(`${sub}/f${index}`, text);
  }
}

type Tree = Awaited<ReturnType<typeof treeOf>>;

function assertNothingPartial(found: Tree, wanted: Tree): void {
  for (const [path, line] of found) {
    // What waits for its name is hidden, and not under a name of the tree.
    if (path.includes(".sluice-incoming-1.part")) continue;
    assert.equal(line.text, wanted.get(path)?.text, path);
  }
}
