import assert from "node:assert/strict";
import { SluiceClient, type TransferOptions } from "#client/mod.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { inLanes } from "#tests/support/in_lanes.ts";
import {
  chooseInstant,
  KILL_CASES,
  type KillCase,
  type Phase,
  wholeVersion,
} from "#tests/support/kill_cases.ts";
import { fileDigest, writeRandomFile } from "#tests/support/random_file.ts";
import { SeededRandom } from "#tests/support/seeded_random.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { assertIsBeginOf, checkStateFolder } from "#tests/support/state_folder.ts";
import { TcpRelay } from "#tests/support/tcp_relay.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { TrafficTrigger } from "#tests/support/traffic_trigger.ts";
import { transferStarts } from "#tests/support/transfer_starts.ts";

type Direction = "upload" | "download";

for (const direction of ["upload", "download"] as const) {
  Deno.test(`a running ${direction} goes on by itself when the server is killed, whenever that is`, async () => {
    let resumes = 0;
    await inLanes(KILL_CASES, async (killCase) => {
      await using folder = await makeTempFolder();
      const survived = await new Survival(direction, killCase, folder).run();
      // Not in one expression: the sum would be taken before the wait, and lanes would overwrite each other's.
      resumes += survived;
    });
    assert.ok(resumes >= 5, `only ${resumes} of 20 kills left something to resume`);
  });
}

/** One transfer by one client that outlives several servers. */
class Survival {
  readonly #direction: Direction;
  readonly #case: KillCase;
  readonly #root: string;
  /** Where the bytes come from, and where they go. */
  readonly #source: string;
  readonly #target: string;
  readonly #local: string;
  readonly #relay = new TcpRelay();
  readonly #trigger = new TrafficTrigger();
  readonly #random: SeededRandom;
  #old: string | undefined;
  /** Resolves when the client has noticed that its connection is gone, and has let go of its files. */
  #noticed: PromiseWithResolvers<void> = Promise.withResolvers();
  /** Where the next transfer must begin, when that is known. */
  #storedBytes: number | undefined;
  #resumes = 0;

  constructor(direction: Direction, killCase: KillCase, folder: TempFolder) {
    const isUpload = direction === "upload";
    this.#direction = direction;
    this.#case = killCase;
    this.#root = folder.join("root");
    this.#local = folder.join("local.bin");
    this.#source = isUpload ? this.#local : folder.join("root", "a.bin");
    this.#target = isUpload ? folder.join("root", "a.bin") : this.#local;
    this.#random = new SeededRandom(killCase.seed + (isUpload ? 100 : 200));
    this.#relay.passages = this.#trigger.passages;
  }

  /** Gives how many kills left something to resume. */
  async run(): Promise<number> {
    const { sizeBytes, seed, hasOld, phases } = this.#case;
    await Deno.mkdir(this.#root);
    await writeRandomFile(this.#source, sizeBytes, seed);
    if (hasOld) await writeRandomFile(this.#target, 100_000, seed + 50);
    this.#old = hasOld ? await fileDigest(this.#target) : undefined;
    await using relay = this.#relay;
    await using client = new SluiceClient({ server: relay, retry: { firstWaitMs: 5 } });
    let server = await this.#start();
    try {
      // Whoever was never connected does not wait for the server.
      await client.ping();
      const [first, ...others] = phases.map((phase) => () => this.#arm(phase, () => server));
      let fired = first?.();
      const ended = this.#transfer(client);
      for (const armNext of [...others, undefined]) {
        await this.#untilKilled(fired, ended, server);
        fired = armNext?.();
        server = await this.#start();
      }
      const result = await withDeadline(ended, `the end of the ${this.#direction}`);
      assert.equal(result.digest, await fileDigest(this.#source));
      assert.equal(await this.#version(), "new");
    } finally {
      await server[Symbol.asyncDispose]();
    }
    this.#checkStart(server);
    return this.#resumes;
  }

  #transfer(client: SluiceClient): ReturnType<SluiceClient["upload"]> {
    const options: TransferOptions = {
      onConflict: this.#case.hasOld ? "overwrite" : "error",
      onProgress: ({ state }) => state === "retrying" && this.#noticed.resolve(),
    };
    const ended = this.#direction === "upload"
      ? client.upload(this.#local, "a.bin", options)
      : client.download("a.bin", this.#local, options);
    ended.catch(() => {}); // Whoever waits for it gets the error.
    return ended;
  }

  async #start(): Promise<ServerProcess> {
    const flags = ["--log-format", "json"];
    const server = await startServerProcess({ root: this.#root, flags });
    this.#relay.connectTo(server);
    return server;
  }

  #arm(phase: Phase, server: () => ServerProcess): Promise<void> {
    const restBytes = this.#case.sizeBytes - (this.#storedBytes ?? 0);
    this.#noticed = Promise.withResolvers();
    const wish = { direction: this.#direction, killed: "server", phase, restBytes } as const;
    return this.#trigger.arm(chooseInstant(this.#random, wish), () => {
      this.#relay.disconnect();
      server().kill("SIGKILL");
    });
  }

  /** A transfer may be over before the instant comes: then the kill comes at once. */
  async #untilKilled(
    fired: Promise<void> | undefined,
    ended: Promise<unknown>,
    server: ServerProcess,
  ): Promise<void> {
    await withDeadline(Promise.race([fired, ended]), `the instant of the kill`);
    this.#trigger.fireNow();
    await fired;
    await server[Symbol.asyncDispose]();
    await withDeadline(Promise.race([this.#noticed.promise, ended]), "the client to notice");
    this.#checkStart(server);
    this.#storedBytes = await this.#checkDisk();
  }

  /** The server that died said where its first transfer began. */
  #checkStart(server: ServerProcess): void {
    const [offsetBytes] = transferStarts(server.stderr);
    if (offsetBytes === undefined || this.#storedBytes === undefined) return;
    assert.equal(offsetBytes, this.#storedBytes, "it does not begin where the last one ended");
    if (offsetBytes > 0) this.#resumes++;
  }

  async #version(): Promise<string> {
    const digest = await fileDigest(this.#source);
    return await wholeVersion(this.#target, { old: this.#old, new: digest });
  }

  /** Gives how many bytes the receiving side has, when the next transfer must begin behind them. */
  async #checkDisk(): Promise<number | undefined> {
    const isUpload = this.#direction === "upload";
    const source = isUpload ? this.#source : undefined;
    const sessionBytes = await checkStateFolder(this.#root, { source });
    if (await this.#version() === "new") return undefined;
    return isUpload ? sessionBytes : await assertIsBeginOf(`${this.#target}.part`, this.#source);
  }
}
