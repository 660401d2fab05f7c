import assert from "node:assert/strict";
import { writeSparseFile } from "#tests/support/big_transfer.ts";
import { parseRecord, startClientProcess } from "#tests/support/client_process.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { fileDigest } from "#tests/support/random_file.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { untilServerRests } from "#tests/support/state_folder.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const SIZE_BYTES = 120_000_000;
/** Two minutes, of which it gets two seconds. */
const SLOWLY = ["--limit-rate", "1MB/s", "--compress", "off"];
const SOME_BYTES = 2_000_000;

for (const direction of ["upload", "download"] as const) {
  Deno.test(`Ctrl-C ends the ${direction} command with 130, and the next run goes on`, async () => {
    await using folder = await makeTempFolder();
    const [local, remote] = [folder.join("a.bin"), folder.join("root", "a.bin")];
    const [source, target] = direction === "upload" ? [local, remote] : [remote, local];
    await Deno.mkdir(folder.join("root"));
    await writeSparseFile(source, SIZE_BYTES);
    await using server = await startServerProcess({ root: folder.join("root") });
    const args = direction === "upload" ? ["upload", local] : ["download", "a.bin", "--as", local];
    await using first = await startClientProcess(server.address, [...args, ...SLOWLY]);
    await first.stdout.waitFor(hasSomeBytes, "progress");
    first.kill("SIGINT");
    const { code } = await withDeadline(first.ended, "the end after SIGINT");
    assert.equal(code, 130, first.stderr.text);
    assert.match(first.stderr.text, /^sluice: interrupted; .* kept for resume[^\n]*\n$/);
    await assert.rejects(Deno.stat(target), Deno.errors.NotFound);
    await untilServerRests(server);
    await using next = await startClientProcess(server.address, args);
    assert.equal((await withDeadline(next.ended, "the end of the next run")).code, 0);
    const result = next.records().find(({ type }) => type === "result");
    assert.ok(Number(result?.resumedFromBytes) > 0, next.stdout.text);
    assert.equal(await fileDigest(target), await fileDigest(source));
  });
}

function hasSomeBytes(line: string): boolean {
  return parseRecord(line).some(({ doneBytes }) => Number(doneBytes) > SOME_BYTES);
}
