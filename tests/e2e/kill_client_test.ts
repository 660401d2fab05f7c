import assert from "node:assert/strict";
import type { ConflictPolicy } from "#client/mod.ts";
import { type ClientProcess, startClientProcess } from "#tests/support/client_process.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { inLanes } from "#tests/support/in_lanes.ts";
import {
  chooseInstant,
  KILL_CASES,
  type KillCase,
  type Phase,
  type Version,
  wholeVersion,
} from "#tests/support/kill_cases.ts";
import { fileDigest, writeRandomFile } from "#tests/support/random_file.ts";
import { SeededRandom } from "#tests/support/seeded_random.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import {
  assertIsBeginOf,
  checkStateFolder,
  untilServerRests,
} from "#tests/support/state_folder.ts";
import { TcpRelay } from "#tests/support/tcp_relay.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { TrafficTrigger } from "#tests/support/traffic_trigger.ts";
import { transferStarts } from "#tests/support/transfer_starts.ts";

type Direction = "upload" | "download";

for (const direction of ["upload", "download"] as const) {
  Deno.test(`the next ${direction} goes on where a client was killed, whenever that was`, async () => {
    const total = { kills: 0, resumes: 0 };
    await inLanes(KILL_CASES, async (killCase) => {
      await using folder = await makeTempFolder();
      const { kills, resumes } = await new Restarts(direction, killCase, folder).run();
      total.kills += kills;
      total.resumes += resumes;
    });
    assert.ok(total.kills >= 15, `only ${total.kills} kills came before the end`);
    assert.ok(total.resumes >= 5, `only ${total.resumes} kills left something to resume`);
  });
}

/** One file that several client processes try to move. */
class Restarts {
  readonly #direction: Direction;
  readonly #case: KillCase;
  readonly #folder: TempFolder;
  readonly #source: string;
  readonly #target: string;
  readonly #relay = new TcpRelay();
  readonly #trigger = new TrafficTrigger();
  readonly #random: SeededRandom;
  #digests: { readonly old: string | undefined; readonly new: string } = { old: "", new: "" };
  #storedBytes = 0;
  #kills = 0;
  #resumes = 0;

  constructor(direction: Direction, killCase: KillCase, folder: TempFolder) {
    const [local, remote] = [folder.join("local.bin"), folder.join("root", "a.bin")];
    this.#direction = direction;
    this.#case = killCase;
    this.#folder = folder;
    [this.#source, this.#target] = direction === "upload" ? [local, remote] : [remote, local];
    this.#random = new SeededRandom(killCase.seed + (direction === "upload" ? 300 : 400));
    this.#relay.passages = this.#trigger.passages;
  }

  /** Gives how many kills came before the end, and how many of them left something to resume. */
  async run(): Promise<{ kills: number; resumes: number }> {
    await this.#writeFiles();
    const flags = ["--log-format", "json"];
    await using server = await startServerProcess({ root: this.#folder.join("root"), flags });
    await using relay = this.#relay;
    relay.connectTo(server);
    let version: Version = "absent";
    for (const phase of this.#case.phases) {
      // A name that was taken in the last instant before a kill is taken now.
      if (version === "new") break;
      await this.#runAndKill(phase, server);
      version = await this.#checkDisk();
    }
    await this.#runToEnd(server, version);
    return { kills: this.#kills, resumes: this.#resumes };
  }

  async #writeFiles(): Promise<void> {
    const { sizeBytes, seed, hasOld } = this.#case;
    await Deno.mkdir(this.#folder.join("root"));
    await writeRandomFile(this.#source, sizeBytes, seed);
    if (hasOld) await writeRandomFile(this.#target, 100_000, seed + 50);
    this.#digests = {
      old: hasOld ? await fileDigest(this.#target) : undefined,
      new: await fileDigest(this.#source),
    };
  }

  #startClient(policy?: ConflictPolicy): Promise<ClientProcess> {
    const args = this.#direction === "upload"
      ? ["upload", this.#source, "--as", "a.bin"]
      : ["download", "a.bin", "--as", this.#target];
    const onConflict = policy ?? (this.#case.hasOld ? "overwrite" : "error");
    return startClientProcess(this.#relay.address, [...args, "--on-conflict", onConflict]);
  }

  async #runAndKill(phase: Phase, server: ServerProcess): Promise<void> {
    const restBytes = this.#case.sizeBytes - this.#storedBytes;
    const wish = { direction: this.#direction, killed: "client", phase, restBytes } as const;
    const started = transferStarts(server.stderr).length;
    const running = this.#startClient();
    const client = Promise.withResolvers<ClientProcess>();
    const fired = this.#trigger.arm(chooseInstant(this.#random, wish), () => {
      void client.promise.then((process) => process.kill("SIGKILL"));
    });
    await using process = await running;
    client.resolve(process);
    await withDeadline(Promise.race([fired, process.ended]), "the instant of the kill");
    this.#trigger.fireNow();
    await fired;
    if ((await process.ended).signal === "SIGKILL") this.#kills++;
    await untilServerRests(server);
    this.#checkStart(server, started);
  }

  async #runToEnd(server: ServerProcess, version: Version): Promise<void> {
    const started = transferStarts(server.stderr).length;
    if (version === "new" && !this.#case.hasOld) await this.#expectConflict();
    await using process = await this.#startClient(version === "new" ? "overwrite" : undefined);
    const { code } = await withDeadline(process.ended, `the end of the ${this.#direction}`);
    assert.equal(code, 0, process.stderr.text);
    if (version !== "new") {
      this.#checkStart(server, started);
      const result = process.records().find((record) => record.type === "result");
      assert.equal(result?.resumedFromBytes, this.#storedBytes);
    }
    assert.equal(await wholeVersion(this.#target, this.#digests), "new");
    assert.deepEqual(await this.#localNames(), ["local.bin", "root"]);
  }

  /** The kill came when the file had its name already: the next run must not replace it. */
  async #expectConflict(): Promise<void> {
    await using process = await this.#startClient();
    const { code } = await withDeadline(process.ended, "the refusal");
    assert.equal(code, 4, process.stderr.text);
  }

  /** The server's log says where a transfer began. */
  #checkStart(server: ServerProcess, earlier: number): void {
    const [offsetBytes] = transferStarts(server.stderr).slice(earlier);
    if (offsetBytes === undefined) return;
    assert.equal(offsetBytes, this.#storedBytes, "it does not begin where the last one ended");
    if (offsetBytes > 0) this.#resumes++;
  }

  async #checkDisk(): Promise<Version> {
    const isUpload = this.#direction === "upload";
    const source = isUpload ? this.#source : undefined;
    const options = { source, isAlive: true };
    const sessionBytes = await checkStateFolder(this.#folder.join("root"), options);
    const version = await wholeVersion(this.#target, this.#digests);
    this.#storedBytes = isUpload ? sessionBytes : await this.#partBytes();
    return version;
  }

  async #partBytes(): Promise<number> {
    const names = await this.#localNames();
    return names.includes("local.bin.part")
      ? await assertIsBeginOf(`${this.#target}.part`, this.#source)
      : 0;
  }

  async #localNames(): Promise<string[]> {
    const names = await Array.fromAsync(Deno.readDir(this.#folder.path), (entry) => entry.name);
    return names.sort();
  }
}
