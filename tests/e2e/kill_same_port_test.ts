import assert from "node:assert/strict";
import { parseRecord, startClientProcess } from "#tests/support/client_process.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { fileDigest, writeRandomFile } from "#tests/support/random_file.ts";
import { freeLowPort, startServerOn } from "#tests/support/server_on_port.ts";
import { checkStateFolder } from "#tests/support/state_folder.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const SIZE_BYTES = 3_000_000;
/** Of the first server: ten minutes, so that it is in the middle of the file whenever it is killed. */
const SLOWLY = ["--rate-per-connection", "5kB/s"];

for (const direction of ["upload", "download"] as const) {
  Deno.test(`a client's ${direction} goes on when its server is killed and comes back on the same port`, async () => {
    await using folder = await makeTempFolder();
    const [local, root] = [folder.join("a.bin"), folder.join("root")];
    const remote = folder.join("root", "a.bin");
    const isUpload = direction === "upload";
    const [source, target] = isUpload ? [local, remote] : [remote, local];
    await Deno.mkdir(root);
    await writeRandomFile(source, SIZE_BYTES);
    const port = freeLowPort();
    const names = isUpload ? [local] : ["a.bin", "--as", local];
    await using first = await startServerOn(port, root, SLOWLY);
    await using client = await startClientProcess(`127.0.0.1:${port}`, [direction, ...names]);
    await client.stdout.waitFor(hasBytes, "progress");
    await first[Symbol.asyncDispose]();
    await assert.rejects(Deno.stat(target), Deno.errors.NotFound);
    await using _second = await startServerOn(port, root);
    const { code } = await withDeadline(client.ended, `the end of the ${direction}`);
    assert.equal(code, 0, client.stderr.text);
    assert.equal(await fileDigest(target), await fileDigest(source));
    await checkStateFolder(root, { isAlive: true });
  });
}

function hasBytes(line: string): boolean {
  return parseRecord(line).some((record) => Number(record.doneBytes) > 0);
}
