import assert from "node:assert/strict";
import { parseRecord } from "#tests/support/client_process.ts";
import { findMountNamespace } from "#tests/support/mount_namespace.ts";
import { taskArguments } from "#tests/support/project_config.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { writeRandomFile } from "#tests/support/random_file.ts";
import { type CommandResult, runCommand } from "#tests/support/run_command.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const SIZE_BYTES = 6_000_000;
const namespace = await findMountNamespace();
const why = namespace === undefined ? " (skipped: unshare -m is not allowed here)" : "";

// The disk is gone when the script ends, so the script itself says what is on it.
const SCRIPT = `
  disk=$1 size=$2 source=$3; shift 3
  mount -t tmpfs -o size=$size tmpfs "$disk" || exit 99
  "$@"; echo "code=$?"
  ls "$disk" | sed s/^/file=/
  mount -o remount,size=32m "$disk"
  "$@" 2>&1; echo "code=$?"
  ls "$disk" | sed s/^/file=/
  cmp "$disk/a.bin" "$source" && echo same
`;

function diskTest(name: string, run: () => Promise<void>): void {
  Deno.test({ name: name + why, ignore: namespace === undefined, fn: run });
}

diskTest(
  "the download command ends with 8 on a full disk, and goes on when there is room",
  async () => {
    const { stdout, stderr } = await downloadToDisk("3m");
    assert.match(stderr, /^sluice: Cannot write "[^\n]*a\.bin\.part": the disk is full\n$/);
    const [first, next] = runsIn(stdout);
    assert.deepEqual(first, ["code=8", "file=a.bin.part", "file=a.bin.part.json"]);
    assert.deepEqual(next, ["code=0", "file=a.bin", "same"]);
    const result = stdout.split("\n").flatMap(parseRecord).find(({ type }) => type === "result");
    assert.ok(Number(result?.resumedFromBytes) > 1_000_000, stdout);
  },
);

diskTest("the download command leaves nothing on a disk that has no room at all", async () => {
  const { stdout, stderr } = await downloadToDisk("4k");
  assert.match(stderr, /^sluice: Cannot write "[^\n]*": the disk is full\n$/);
  const [first, next] = runsIn(stdout);
  assert.deepEqual(first, ["code=8"]);
  assert.deepEqual(next, ["code=0", "file=a.bin", "same"]);
});

/** Downloads to a disk of a size, then again when the disk has grown. */
async function downloadToDisk(size: string): Promise<CommandResult> {
  await using folder = await makeTempFolder();
  const [disk, source] = [folder.join("disk"), folder.join("root", "a.bin")];
  await Deno.mkdir(disk);
  await Deno.mkdir(folder.join("root"));
  await writeRandomFile(source, SIZE_BYTES);
  await using server = await startServerProcess({ root: folder.join("root") });
  const download = ["--server", server.address, "--json", "download", "a.bin", "--to", disk];
  const client = [Deno.execPath(), ...await taskArguments("client.ts"), ...download];
  const [program = "", ...flags] = namespace ?? [];
  const script = ["sh", "-c", SCRIPT, "sh", disk, size, source, ...client];
  return await runCommand(program, [...flags, ...script], { cwd: PROJECT_FOLDER });
}

/** The script's own lines, for each of the two runs. */
function runsIn(stdout: string): string[][] {
  const lines = stdout.split("\n").filter((line) => /^(code=|file=|same)/.test(line));
  const second = lines.findLastIndex((line) => line.startsWith("code="));
  return [lines.slice(0, second), lines.slice(second)];
}
