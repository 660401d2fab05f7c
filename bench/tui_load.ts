/**
 * Measures the terminal client with eight transfers on a screen of 120×40: processor time beyond what
 * the library alone takes for the same transfers, memory, and how soon the first frame is there.
 *
 * `deno task bench:tui`
 *
 * @module
 */
import { join } from "node:path";
import { residentBytes } from "#tests/support/process_memory.ts";
import { writeRandomFile } from "#tests/support/random_file.ts";
import { runCommand } from "#tests/support/run_command.ts";
import { type ScreenProcess, startScreenProcess } from "#tests/support/screen_process.ts";
import { PROJECT_FOLDER, startBenchServer, taskArguments } from "./process.ts";
import { median } from "./statistics.ts";

const TRANSFERS = 8;
const RATE_BYTES = 4_000_000;
const FILE_BYTES = 48_000_000;
const WINDOW_MS = 5_000;
const START_ROUNDS = 7;
const TICKS_PER_SECOND = 100;

const NAMES = Array.from({ length: TRANSFERS }, (_, index) => `file-${index}.bin`);

if (import.meta.main) await main();

async function main(): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "sluice-tui-" });
  try {
    const root = join(folder, "root");
    await Deno.mkdir(root);
    for (const name of NAMES) await writeRandomFile(join(root, name), FILE_BYTES);
    await using server = await startBenchServer(root, [
      "--rate-per-connection",
      `${RATE_BYTES}B/s`,
    ]);
    const library = await measureLibrary(server.address, await emptyFolder(folder, "library"));
    const screen = await measureScreen(server.address, await emptyFolder(folder, "screen"));
    const beyond = screen.share - library;
    console.log(`${TRANSFERS} downloads of ${RATE_BYTES / 1e6} MB/s each, 120×40:`);
    console.log(`  the library alone   ${percent(library)} of a core`);
    console.log(`  the terminal client ${percent(screen.share)} of a core, ${screen.megabytes} MB`);
    console.log(`  beyond the transfers' own work ${percent(beyond)} (at most 15%)`);
    console.log(`  idle ${percent(await measureIdle(server.address, root))} of a core`);
    console.log(`first frame: ${await measureStart(server.address, root)}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measureLibrary(address: string, folder: string): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--allow-net", "--allow-read", "--allow-write", "--allow-run=sync"]
      .concat([join(PROJECT_FOLDER, "bench/tui_load_library.ts"), address, folder, ...NAMES]),
    cwd: PROJECT_FOLDER,
  }).spawn();
  await warmUp();
  const share = await shareOfCore(child.pid);
  child.kill("SIGKILL");
  await child.status;
  return share;
}

async function measureScreen(
  address: string,
  folder: string,
): Promise<{ share: number; megabytes: number }> {
  await using tui = await startTui(address, folder, ["--jobs", `${TRANSFERS}`]);
  await tui.waitFor(/online[^]*file-7\.bin/);
  await tui.type("\t*d");
  await tui.waitFor(/8 active/);
  await warmUp();
  const share = await shareOfCore(await tui.pid());
  const megabytes = Math.round(await residentBytes(await tui.pid()) / 1e6);
  if (!/8 active/.test(tui.screen.text)) throw new Error("the transfers were over too early");
  return { share, megabytes };
}

async function measureIdle(address: string, folder: string): Promise<number> {
  await using tui = await startTui(address, folder, []);
  await tui.waitFor(/online/);
  await warmUp();
  return await shareOfCore(await tui.pid());
}

async function measureStart(address: string, folder: string): Promise<string> {
  const times: number[] = [];
  for (let round = 0; round < START_ROUNDS; round++) {
    const startedMs = performance.now();
    await using tui = await startTui(address, folder, []);
    await tui.waitFor(/Sluice/);
    times.push(performance.now() - startedMs);
  }
  const all = times.map((time) => time.toFixed(0)).join(", ");
  return `${median(times).toFixed(0)} ms from the start of the process (${all})`;
}

async function startTui(
  address: string,
  folder: string,
  flags: readonly string[],
): Promise<ScreenProcess> {
  const task = await taskArguments("tui");
  const places = ["--server", address, "--local", folder];
  const command = [Deno.execPath(), ...task, ...places, ...flags];
  return await startScreenProcess({ command, columns: 120, rows: 40 });
}

/** Share of one core that a process takes over the window. */
async function shareOfCore(pid: number): Promise<number> {
  const before = await processorTicks(pid);
  const startedMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
  const ticks = await processorTicks(pid) - before;
  return ticks / TICKS_PER_SECOND / ((performance.now() - startedMs) / 1000);
}

/** User and system time of a process so far (proc(5)). */
async function processorTicks(pid: number): Promise<number> {
  const { stdout } = await runCommand("cat", [`/proc/${pid}/stat`]);
  const fields = stdout.slice(stdout.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

async function emptyFolder(parent: string, name: string): Promise<string> {
  const folder = join(parent, name);
  await Deno.mkdir(folder);
  return folder;
}

function warmUp(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2_000));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
