import assert from "node:assert/strict";
import { startClientProcess } from "#tests/support/client_process.ts";
import { SeededRandom } from "#tests/support/seeded_random.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { untilServerRests } from "#tests/support/state_folder.ts";
import { TcpRelay } from "#tests/support/tcp_relay.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { TrafficTrigger } from "#tests/support/traffic_trigger.ts";
import { withDeadline } from "#tests/support/deadline.ts";

const FILES = 24;
/** Of them, those that change before each run. */
const CHANGED = 8;
/** Beginning of names that a client gives to what it has not finished. */
const UNFINISHED = /\.part(\.json)?$|\.sluice-incoming/;

/**
 * Lets the command line replace a tree again and again, in one direction, and kills it each time: every
 * name holds a whole version, the one before or the one that is on its way; a last run goes to its end.
 *
 * @param seed Where choices come from; odd ones upload, even ones download.
 * @param kills How many.
 * @returns How many came before the client had ended.
 */
export async function runClientStorm(seed: number, kills: number): Promise<number> {
  await using folder = await makeTempFolder();
  const isUpload = seed % 2 === 1;
  for (const name of ["root/t", "local/t"]) {
    await Deno.mkdir(folder.join(name), { recursive: true });
  }
  await using server = await startServerProcess({ root: folder.join("root") });
  const storm = new ClientStorm(folder, server, isUpload, new SeededRandom(seed));
  let count = 0;
  for (let kill = 0; kill < kills; kill++) if (await storm.killOne()) count++;
  await storm.finish();
  return count;
}

class ClientStorm {
  readonly #folder: TempFolder;
  readonly #server: ServerProcess;
  readonly #isUpload: boolean;
  readonly #random: SeededRandom;
  /** Version of each file at its source; the target may have the one before. */
  readonly #versions = new Map<string, number>();
  /** Versions that may stand at the target; 0 for none. */
  readonly #possible = new Map<string, ReadonlySet<number>>();

  constructor(folder: TempFolder, server: ServerProcess, isUpload: boolean, random: SeededRandom) {
    this.#folder = folder;
    this.#server = server;
    this.#isUpload = isUpload;
    this.#random = random;
    for (let n = 0; n < FILES; n++) this.#versions.set(`f${n}`, 0);
  }

  /** Runs the client up to some instant; gives whether that came before its end. */
  async killOne(): Promise<boolean> {
    const bytes = await this.#change();
    await using relay = new TcpRelay(this.#server);
    const trigger = new TrafficTrigger();
    relay.passages = trigger.passages;
    await using client = await startClientProcess(relay.address, this.#args());
    const way = this.#isUpload ? "up" : "down";
    void trigger.arm({ way, bytes: Math.ceil(this.#random.next() * bytes) }, () => {
      client.kill("SIGKILL");
    });
    const { signal } = await withDeadline(client.ended, "the end of the client");
    await untilServerRests(this.#server);
    await this.#look();
    return signal === "SIGKILL";
  }

  /** Runs the client to its end. */
  async finish(): Promise<void> {
    await using client = await startClientProcess(this.#server.address, this.#args());
    const { code } = await withDeadline(client.ended, "the end of the client");
    assert.equal(code, 0, client.stderr.text);
    for (const [name, version] of this.#versions) this.#possible.set(name, new Set([version]));
    await this.#look();
  }

  #args(): string[] {
    const names = this.#isUpload
      ? [this.#folder.join("local", "t")]
      : ["t", "--to", this.#folder.join("local")];
    return [this.#isUpload ? "upload" : "download", "-r", "--on-conflict", "overwrite", ...names];
  }

  /** Gives some files a new version; returns the bytes of the whole tree. */
  async #change(): Promise<number> {
    const source = this.#folder.join(this.#isUpload ? "local" : "root", "t");
    let bytes = 0;
    for (const [name, version] of this.#versions) {
      const isNew = version === 0 || this.#random.between(0, FILES) < CHANGED;
      const next = isNew ? version + 1 : version;
      const before = this.#possible.get(name) ?? new Set([0]);
      this.#possible.set(name, new Set([...before, next]));
      this.#versions.set(name, next);
      const content = contentOf(name, next);
      bytes += content.length;
      if (isNew) await Deno.writeTextFile(`${source}/${name}`, content);
    }
    return bytes;
  }

  async #look(): Promise<void> {
    const target = this.#folder.join(this.#isUpload ? "root" : "local", "t");
    const found = new Set<string>();
    for await (const { name } of Deno.readDir(target)) {
      if (!this.#isUpload && UNFINISHED.test(name)) continue;
      found.add(name);
      const content = await Deno.readTextFile(`${target}/${name}`);
      const version = Number(content.slice(0, 30).split(" ")[1]);
      const may = this.#possible.get(name);
      assert.ok(may?.has(version), `${name} is ${version}, not one of ${[...may ?? []].join()}`);
      assert.equal(content.length, contentOf(name, version).length, `${name} is not whole`);
      assert.ok(content === contentOf(name, version), `${name} is mixed`);
      this.#possible.set(name, new Set([version]));
    }
    for (const [name, may] of this.#possible) {
      assert.ok(found.has(name) || may.has(0), `${name} is gone`);
      if (!found.has(name)) this.#possible.set(name, new Set([0]));
    }
  }
}

/** Every third file is too large to travel in a batch. */
function contentOf(name: string, version: number): string {
  const word = `${name} ${version} `;
  return word.repeat(Number(name.slice(1)) % 3 === 0 ? 60_000 : 400 + version);
}
