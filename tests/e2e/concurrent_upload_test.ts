import assert from "node:assert/strict";
import type { ConflictPolicy } from "#client/mod.ts";
import { startClientProcess } from "#tests/support/client_process.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { holdAfter } from "#tests/support/passages.ts";
import { fileDigest, writeRandomFile } from "#tests/support/random_file.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { checkStateFolder, untilServerRests } from "#tests/support/state_folder.ts";
import { TcpRelay } from "#tests/support/tcp_relay.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";

const SIZE_BYTES = 2_000_000;

/** What one of two clients said in the end. */
interface Outcome {
  readonly code: number;
  readonly outcome: unknown;
  readonly remotePath: unknown;
  readonly digest: string;
}

Deno.test("of two clients that upload one name at once with error, one is refused", async () => {
  const { outcomes, digests } = await uploadTwice("error");
  assert.deepEqual(outcomes.map(({ code }) => code).sort(), [0, 4]);
  const winner = outcomes.find(({ code }) => code === 0);
  assert.deepEqual(digests, { "a.bin": winner?.digest });
});

Deno.test("of two clients that upload one name at once with overwrite, the last one wins", async () => {
  const { outcomes, digests } = await uploadTwice("overwrite");
  assert.deepEqual(outcomes.map(({ code }) => code), [0, 0]);
  assert.deepEqual(outcomes.map(({ outcome }) => outcome).sort(), ["created", "replaced"]);
  const last = outcomes.find(({ outcome }) => outcome === "replaced");
  assert.deepEqual(digests, { "a.bin": last?.digest });
});

Deno.test("of two clients that upload one name at once with rename, each gets a name", async () => {
  const { outcomes, digests } = await uploadTwice("rename");
  assert.deepEqual(outcomes.map(({ code }) => code), [0, 0]);
  const named = outcomes.map(({ remotePath, digest }) => [remotePath, digest] as const);
  assert.deepEqual(digests, Object.fromEntries(named));
  assert.deepEqual(Object.keys(digests).sort(), ["a (1).bin", "a.bin"]);
});

Deno.test("of two clients that upload one name at once with skip, one skips", async () => {
  const { outcomes, digests } = await uploadTwice("skip");
  assert.deepEqual(outcomes.map(({ code }) => code), [0, 0]);
  assert.deepEqual(outcomes.map(({ outcome }) => outcome).sort(), ["created", "skipped"]);
  const winner = outcomes.find(({ outcome }) => outcome === "created");
  assert.deepEqual(digests, { "a.bin": winner?.digest });
});

/** Lets two clients upload files of one size to one name; each waits in the middle for the other. */
async function uploadTwice(
  policy: ConflictPolicy,
): Promise<{ outcomes: readonly Outcome[]; digests: Record<string, string> }> {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  await using server = await startServerProcess({ root });
  const halves = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const both = Promise.all(halves.map(({ promise }) => promise)).then(() => {});
  const outcomes = await Promise.all(halves.map(async ({ resolve }, index) => {
    const local = folder.join(`${index}.bin`);
    await writeRandomFile(local, SIZE_BYTES, index + 1);
    return await uploadHeld(server, local, policy, holdAfter(SIZE_BYTES / 2, resolve, both));
  }));
  await untilServerRests(server);
  await checkStateFolder(root, { isAlive: true });
  return { outcomes, digests: await digestsIn(folder) };
}

async function uploadHeld(
  server: ServerProcess,
  local: string,
  policy: ConflictPolicy,
  hold: ReturnType<typeof holdAfter>,
): Promise<Outcome> {
  await using relay = new TcpRelay(server);
  relay.passages = (connection) => connection === 1 ? { up: hold } : {};
  const args = ["upload", local, "--as", "a.bin", "--on-conflict", policy];
  await using client = await startClientProcess(relay.address, args);
  const { code } = await withDeadline(client.ended, "the end of an upload");
  const result = client.records().find(({ type }) => type === "result");
  const { outcome, remotePath } = result ?? {};
  return { code, outcome, remotePath, digest: await fileDigest(local) };
}

async function digestsIn(folder: TempFolder): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for await (const { name, isFile } of Deno.readDir(folder.join("root"))) {
    if (isFile) digests[name] = await fileDigest(folder.join("root", name));
  }
  return digests;
}
