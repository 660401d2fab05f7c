/**
 * What the web interface costs: `deno task bench:web` moves 1 GiB up and down directly with the command line and
 * through the gateway with curl, in turns, as processes over loopback.
 *
 * @module
 */
import { join } from "node:path";
import { type BenchServer, measure, peakOf, startBenchServer, taskArguments } from "./process.ts";
import { startBenchGateway } from "./gateway.ts";
import { median } from "./statistics.ts";

const SIZE_BYTES = 1024 ** 3;
const ROUNDS = 2;

/** One way to move the file; gives seconds. */
type Way = (places: Places) => Promise<number>;

interface Places {
  readonly server: BenchServer;
  readonly url: string;
  readonly root: string;
  readonly source: string;
  readonly copy: string;
}

const WAYS: ReadonlyMap<string, Way> = new Map([
  ["upload, client", (places) => direct(places, ["upload", places.source, "--as", "up.bin"])],
  ["upload, PUT through the gateway", (places) => curl(["-T", places.source, upUrl(places)])],
  ["upload, tus through the gateway", uploadByTus],
  ["download, client", (places) => direct(places, ["download", "big.bin", "--as", places.copy])],
  ["download, through the gateway", (places) => curl(["-o", places.copy, downUrl(places)])],
  ["download, through the gateway, not to disk", (places) => {
    return curl(["-o", "/dev/null", downUrl(places)]);
  }],
]);

const folder = await Deno.makeTempDir({ prefix: "sluice-bench-" });
try {
  console.log(
    `${navigator.hardwareConcurrency} cores, ${Deno.build.target}, deno ${Deno.version.deno}`,
  );
  await run(folder);
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function run(folder: string): Promise<void> {
  const root = join(folder, "root");
  const source = join(folder, "source.bin");
  await Deno.mkdir(root);
  await writeNoise(source);
  await Deno.copyFile(source, join(root, "big.bin"));
  await using server = await startBenchServer(root);
  await using gateway = await startBenchGateway(server.address);
  const places = { server, url: gateway.url, root, source, copy: join(folder, "copy.bin") };
  const rates = new Map([...WAYS.keys()].map((name) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, way] of WAYS) {
      // Without this the disk cache holds more and more copies, and its growth is what gets measured.
      for (const path of [join(root, "up.bin"), places.copy]) await removeIfThere(path);
      rates.get(name)?.push(SIZE_BYTES / 1e6 / await way(places));
    }
  }
  for (const [name, all] of rates) {
    const list = all.map((rate) => rate.toFixed(0)).join(", ");
    console.log(`${name}: median ${median(all).toFixed(0)} MB/s (${list})`);
  }
  console.log(`peak memory of the gateway: ${(await peakOf(gateway.pid)).toFixed(0)} MB`);
}

async function direct({ server }: Places, args: readonly string[]): Promise<number> {
  const client = await taskArguments("client.ts");
  const more = ["--json", "--on-conflict", "overwrite", "--server", server.address];
  const { stdout } = await measure(Deno.execPath(), [...client, ...args, ...more]);
  for (const line of stdout.trim().split("\n")) {
    const value = JSON.parse(line);
    if (value.type === "result") return value.seconds;
  }
  throw new Error("the client printed no result");
}

async function curl(args: readonly string[]): Promise<number> {
  const flags = ["-sSf", "-w", "\n%{time_total}"];
  const { stdout } = await measure("curl", [...flags, ...args]);
  return Number(stdout.trim().split("\n").at(-1));
}

async function uploadByTus({ url, source }: Places): Promise<number> {
  const headers = { "Tus-Resumable": "1.0.0" };
  const created = await fetch(`${url}/api/tus/`, {
    method: "POST",
    headers: {
      ...headers,
      "Upload-Length": String(SIZE_BYTES),
      "Upload-Metadata": `path ${btoa("up.bin")}`,
    },
  });
  await created.body?.cancel();
  const address = `${url}${created.headers.get("location") ?? ""}`;
  const flags = Object.entries({
    ...headers,
    "Upload-Offset": "0",
    "Content-Type": "application/offset+octet-stream",
  }).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  return await curl(["-X", "PATCH", ...flags, "-T", source, address]);
}

function upUrl({ url }: Places): string {
  return `${url}/api/files/up.bin`;
}

function downUrl({ url }: Places): string {
  return `${url}/api/files/big.bin`;
}

async function writeNoise(path: string): Promise<void> {
  using file = await Deno.create(path);
  const piece = new Uint8Array(1024 * 1024);
  for (let at = 0; at < piece.byteLength; at += 65_536) {
    crypto.getRandomValues(piece.subarray(at, at + 65_536));
  }
  for (let done = 0; done < SIZE_BYTES; done += piece.byteLength) {
    for (let at = 0; at < piece.byteLength;) at += await file.write(piece.subarray(at));
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
