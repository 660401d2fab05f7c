/**
 * Measures what compression brings: text under a rate, with and without it, and what `auto` costs where
 * nothing limits. Everything runs as users run it, as processes over loopback.
 *
 * `deno task bench:compression [MEGABYTES]` moves files of 200 MB unless told otherwise (about 3 min).
 */
import { join } from "node:path";
import { measure, PROJECT_FOLDER, startBenchServer, taskArguments } from "./process.ts";
import { median } from "./statistics.ts";

const MEGABYTE = 1_000_000;
const RATE = "10MB/s";
const ROUNDS = 5;
/** What the figures are held against. */
const LEAST_GAIN = 2.5;

type Direction = "upload" | "download";
type Mode = "auto" | "on" | "off";

/** What one run of the client said, and what it took of the processors. */
interface Run {
  readonly seconds: number;
  readonly wireBytes: number;
  /** User and system time of client and server, in s; 0 where there is no /proc. */
  readonly cpuSeconds: number;
}

const sizeBytes = Number(Deno.args[0] ?? 200) * MEGABYTE;
const folder = await Deno.makeTempDir({ prefix: "sluice-bench-" });
const client = [...await taskArguments("client.ts"), "--json"];
try {
  const text = join(folder, "text.txt");
  const noise = join(folder, "noise.bin");
  await writeRepeated(text, await projectText());
  await writeRepeated(noise, randomBytes(16 * MEGABYTE));
  await benchRate(text);
  for (const path of [text, noise]) await benchFree(path);
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function benchRate(path: string): Promise<void> {
  console.log(`${sizeBytes / MEGABYTE} MB of text at ${RATE}`);
  for (const direction of ["upload", "download"] as const) {
    const runs = new Map<Mode, Run>();
    for (const mode of ["off", "on", "auto"] as const) {
      await using place = await servePlace(path, direction, ["--rate", RATE]);
      runs.set(mode, await move(place, path, direction, mode));
    }
    const before = runs.get("off")?.seconds ?? 0;
    for (const [mode, { seconds, wireBytes, cpuSeconds }] of runs) {
      console.log(
        `  ${direction.padEnd(9)} ${mode.padEnd(5)} ${seconds.toFixed(2).padStart(7)} s  ` +
          `${(before / seconds).toFixed(2)} times as fast  ` +
          `1 : ${(sizeBytes / wireBytes).toFixed(2)}  processors ${cpuSeconds.toFixed(1)} s`,
      );
      if (mode !== "off" && before / seconds < LEAST_GAIN) Deno.exitCode = 1;
    }
  }
}

async function benchFree(path: string): Promise<void> {
  const name = path.endsWith("txt") ? "text" : "noise";
  console.log(`${sizeBytes / MEGABYTE} MB of ${name}, nothing limits; median of ${ROUNDS}`);
  for (const direction of ["upload", "download"] as const) {
    await using place = await servePlace(path, direction, []);
    const runs: Record<"off" | "auto", Run[]> = { off: [], auto: [] };
    // One warms up; then in turn, so that what disturbs the machine disturbs both.
    await move(place, path, direction, "auto");
    for (let round = 0; round < ROUNDS; round++) {
      const order = round % 2 === 0 ? ["off", "auto"] as const : ["auto", "off"] as const;
      for (const mode of order) runs[mode].push(await move(place, path, direction, mode));
    }
    const line = (mode: "off" | "auto"): string => {
      const rate = sizeBytes / MEGABYTE / median(runs[mode].map(({ seconds }) => seconds));
      const cpu = median(runs[mode].map(({ cpuSeconds }) => cpuSeconds));
      return `${mode} ${rate.toFixed(0)} MB/s, processors ${cpu.toFixed(2)} s`;
    };
    const wireBytes = median(runs.auto.map(({ wireBytes }) => wireBytes));
    console.log(
      `  ${direction.padEnd(9)} ${line("off")}; ${line("auto")}; ` +
        `auto sent ${(wireBytes / MEGABYTE).toFixed(0)} MB`,
    );
  }
}

/** A server with a root of its own, which holds the file when that is to be fetched. */
interface Place extends AsyncDisposable {
  readonly root: string;
  readonly address: string;
  readonly pid: number;
}

async function servePlace(
  path: string,
  direction: Direction,
  flags: readonly string[],
): Promise<Place> {
  const root = await Deno.makeTempDir({ dir: folder });
  if (direction === "download") await Deno.link(path, join(root, "file"));
  const server = await startBenchServer(root, flags);
  return {
    root,
    address: server.address,
    pid: server.pid,
    async [Symbol.asyncDispose](): Promise<void> {
      await server[Symbol.asyncDispose]();
      await Deno.remove(root, { recursive: true });
    },
  };
}

async function move(place: Place, path: string, direction: Direction, mode: Mode): Promise<Run> {
  const copy = join(folder, "copy");
  await removeIfThere(direction === "upload" ? join(place.root, "file") : copy);
  const names = direction === "upload" ? [path, "--as", "file"] : ["file", "--as", copy];
  const command = [...client, direction, "--server", place.address, "--compress", mode, ...names];
  const before = await cpuSeconds(place.pid);
  const childrenBefore = await childCpuSeconds();
  const { stdout } = await measure(Deno.execPath(), command);
  const result = stdout.trim().split("\n").map((line) => JSON.parse(line))
    .find(({ type }) => type === "result");
  return {
    seconds: result.seconds,
    wireBytes: result.wireBytes,
    cpuSeconds: await cpuSeconds(place.pid) - before + await childCpuSeconds() - childrenBefore,
  };
}

/** Processor time of a process and all its threads, in s. */
async function cpuSeconds(pid: number): Promise<number> {
  const [user, system] = await statFields(pid, 13);
  return (user + system) / 100;
}

/** Processor time of all processes that this one has waited for, in s. */
async function childCpuSeconds(): Promise<number> {
  const [user, system] = await statFields(Deno.pid, 15);
  return (user + system) / 100;
}

/** Two neighbours in proc_pid_stat(5), counted from 0. */
async function statFields(pid: number, index: number): Promise<readonly [number, number]> {
  if (Deno.build.os !== "linux") return [0, 0];
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${pid}/stat`] }).output();
  const fields = new TextDecoder().decode(stdout).replace(/\(.*\)/, "()").split(" ");
  return [Number(fields[index]), Number(fields[index + 1])];
}

/** The project's own sources: text as people write it, longer than what zstd looks back on. */
async function projectText(): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const read = async (path: string): Promise<void> => {
    for await (const { name, isDirectory, isFile } of Deno.readDir(path)) {
      if (name.startsWith(".") || name === "node_modules") continue;
      if (isDirectory) await read(join(path, name));
      else if (isFile && /\.(ts|md)$/.test(name)) {
        pieces.push(await Deno.readFile(join(path, name)));
      }
    }
  };
  await read(PROJECT_FOLDER);
  return new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer());
}

function randomBytes(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

async function writeRepeated(path: string, piece: Uint8Array): Promise<void> {
  using file = await Deno.create(path);
  for (let rest = sizeBytes; rest > 0;) {
    rest -= await file.write(piece.subarray(0, Math.min(rest, piece.byteLength)));
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
