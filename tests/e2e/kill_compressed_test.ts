import assert from "node:assert/strict";
import { SluiceClient, type TransferOptions } from "#client/mod.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { TcpRelay } from "#tests/support/tcp_relay.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { textBytes } from "#tests/support/text_bytes.ts";
import { transferStarts } from "#tests/support/transfer_starts.ts";

const TEXT = textBytes(6_000_000);

for (const direction of ["upload", "download"] as const) {
  Deno.test(`a compressed ${direction} goes on where it was when the server is killed with -9`, async () => {
    await using folder = await makeTempFolder();
    const root = folder.join("root");
    await Deno.mkdir(root);
    const [remote, local] = [folder.join("root", "a.txt"), folder.join("a.txt")];
    await Deno.writeFile(direction === "upload" ? local : remote, TEXT);
    // Slow enough that the kill comes in the middle, whatever the machine.
    const flags = ["--log-format", "json", "--rate", "400kB/s"];
    await using relay = new TcpRelay();
    await using client = new SluiceClient({ server: relay, retry: { firstWaitMs: 5 } });
    const isHalf = Promise.withResolvers<void>();
    const options: TransferOptions = {
      compress: "on",
      onProgress: ({ doneBytes }) => {
        if (doneBytes > TEXT.byteLength / 3) isHalf.resolve();
      },
    };
    const killed = await startServerProcess({ root, flags });
    relay.connectTo(killed);
    const moved = direction === "upload"
      ? client.upload(local, "a.txt", options)
      : client.download("a.txt", local, options);
    moved.catch(() => {}); // Whoever waits for it gets the error.
    await withDeadline(Promise.race([isHalf.promise, moved]), "a third of the file");
    killed.kill("SIGKILL");
    relay.disconnect();
    await killed[Symbol.asyncDispose]();
    await using server = await startServerProcess({ root, flags: flags.slice(0, 2) });
    relay.connectTo(server);
    const { wireBytes = 0 } = await withDeadline(moved, "the end of the transfer");
    assert.deepEqual(await Deno.readFile(direction === "upload" ? remote : local), TEXT);
    assert.ok(wireBytes * 2 < TEXT.byteLength, `${wireBytes}`);
    const [offsetBytes = 0] = transferStarts(server.stderr);
    assert.ok(offsetBytes > TEXT.byteLength / 4, `it went on at ${offsetBytes}`);
  });
}
