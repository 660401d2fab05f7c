import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { startClientProcess } from "#tests/support/client_process.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { fileDigest, writeRandomFile } from "#tests/support/random_file.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { type Passage, TcpRelay } from "#tests/support/tcp_relay.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

/** More than all buffers on the way hold, so that the server is in the middle of the file. */
const SIZE_BYTES = 24_000_000;
const MIDDLE_BYTES = 4_000_000;

/** What another client does to the file in the middle of a download. */
const CHANGES: Readonly<Record<string, (client: SluiceClient, other: string) => Promise<unknown>>> =
  {
    replaced: (client, other) => client.upload(other, "a.bin", { onConflict: "overwrite" }),
    renamed: (client) => client.rename("a.bin", "b.bin"),
    deleted: (client) => client.delete("a.bin"),
    "deleted for good": (client) => client.delete("a.bin", { permanent: true }),
  };

for (const [what, change] of Object.entries(CHANGES)) {
  Deno.test(`a download ends with the file that it began with when that is ${what}`, async () => {
    const { code, digest, old } = await downloadWhile(change, (bytes, way) => way.send(bytes));
    assert.equal(code, 0);
    assert.equal(digest, old);
  });
}

Deno.test("a download begins anew when its file is replaced and its connection is lost", async () => {
  const { code, digest, other } = await downloadWhile(CHANGES.replaced, (_bytes, way) => cut(way));
  assert.equal(code, 0);
  assert.equal(digest, other);
});

for (const what of ["renamed", "deleted"]) {
  Deno.test(`a download ends with not_found when its file is ${what} and its connection is lost`, async () => {
    const { code, digest, stderr } = await downloadWhile(CHANGES[what], (_bytes, way) => cut(way));
    assert.equal(code, 3);
    assert.equal(digest, undefined);
    assert.match(stderr, /^sluice: Cannot download "a.bin": [^\n]*\n$/);
  });
}

interface Outcome {
  readonly code: number;
  readonly stderr: string;
  /** Digest of what was downloaded, if anything has the name. */
  readonly digest: string | undefined;
  readonly old: string;
  readonly other: string;
}

/** Downloads a file that is changed in the middle, and then does something to the line. */
async function downloadWhile(
  change: (typeof CHANGES)[string] | undefined,
  goOn: Passage,
): Promise<Outcome> {
  await using folder = await makeTempFolder();
  const [root, local, other] = [folder.join("root"), folder.join("a.bin"), folder.join("new.bin")];
  await Deno.mkdir(root);
  await writeRandomFile(folder.join("root", "a.bin"), SIZE_BYTES, 1);
  await writeRandomFile(other, 1_000_000, 2);
  const old = await fileDigest(folder.join("root", "a.bin"));
  await using server = await startServerProcess({ root });
  await using relay = new TcpRelay(server);
  await using changer = new SluiceClient({ server });
  const changed = (): Promise<unknown> => change?.(changer, other) ?? Promise.resolve();
  relay.passages = (connection) => connection === 1 ? { down: pauseInMiddle(changed, goOn) } : {};
  await using client = await startClientProcess(relay.address, [
    "download",
    "a.bin",
    "--as",
    local,
  ]);
  const { code } = await withDeadline(client.ended, "the end of the download");
  const names = await Array.fromAsync(Deno.readDir(folder.path), ({ name }) => name);
  const digest = names.includes("a.bin") ? await fileDigest(local) : undefined;
  return { code, stderr: client.stderr.text, digest, old, other: await fileDigest(other) };
}

function pauseInMiddle(pause: () => Promise<unknown>, goOn: Passage): Passage {
  let passedBytes = 0;
  return async (bytes, way) => {
    const wasBefore = passedBytes < MIDDLE_BYTES;
    passedBytes += bytes.byteLength;
    if (passedBytes < MIDDLE_BYTES) return await way.send(bytes);
    if (wasBefore) await pause();
    await goOn(bytes, way);
  };
}

function cut(way: { cut(): void }): Promise<void> {
  way.cut();
  return Promise.resolve();
}
