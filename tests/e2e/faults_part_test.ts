import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { cutAfter } from "#tests/support/passages.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { fileDigest, writeRandomFile } from "#tests/support/random_file.ts";
import { runClient } from "#tests/support/run_command.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { TcpRelay } from "#tests/support/tcp_relay.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const SIZE_BYTES = 3_500_000;
const CUT_BYTES = 2_500_000;

/** Where an unfinished download lies: its bytes, its note, and a file that is none of its business. */
interface Part {
  readonly path: string;
  readonly note: string;
  readonly bystander: string;
}

type Tamper = (part: Part) => Promise<void>;

const flip = (at: number): Tamper => async ({ path }) => {
  const bytes = await Deno.readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await Deno.writeFile(path, bytes);
};

const append = (count: number): Tamper => ({ path }) =>
  Deno.writeFile(path, randomBytes(count, 7), { append: true });

const change = (key: string, value: unknown): Tamper => async ({ note }) => {
  const record = JSON.parse(await Deno.readTextFile(note));
  await Deno.writeTextFile(note, JSON.stringify({ ...record, [key]: value }));
};

/** What is done to a part, and where the download then begins. */
const REPAIRED: Readonly<Record<string, readonly [Tamper, number | undefined]>> = {
  "nothing is done to it": [() => Promise.resolve(), undefined],
  "its first bit is turned over": [flip(0), 0],
  "a bit in its middle is turned over": [flip(500_000), 0],
  "it is cut short": [({ path }) => Deno.truncate(path, 123_456), 123_456],
  "it is emptied": [({ path }) => Deno.truncate(path, 0), 0],
  "it is removed": [({ path }) => Deno.remove(path), 0],
  "wrong bytes are added": [append(1000), 0],
  "it is longer than the file": [append(SIZE_BYTES), 0],
  "its note is about another file": [change("remotePath", "other.bin"), 0],
  "its note is about another version": [change("version", "1-2-3"), 0],
  "its note states another size": [change("sizeBytes", SIZE_BYTES + 1), undefined],
};

Deno.test("download() ends in a verified file whatever happened to the bytes of its part", async (t) => {
  await using remote = await serveFile();
  for (const [what, [tamper, resumedFromBytes]] of Object.entries(REPAIRED)) {
    await t.step(what, async () => {
      await using left = await interrupted(remote);
      const { client, local, partBytes } = left;
      await tamper(left.part);
      const result = await client.download("a.bin", local);
      assert.equal(result.resumedFromBytes, resumedFromBytes ?? partBytes);
      assert.equal(await fileDigest(local), remote.digest);
      assert.deepEqual(await left.names(), ["a.bin", "bystander"]);
    });
  }
});

/** What makes a file at the part's name somebody else's. */
const FOREIGN: Readonly<Record<string, Tamper>> = {
  "its note is gone": ({ note }) => Deno.remove(note),
  "its note is empty": ({ note }) => Deno.writeTextFile(note, ""),
  "its note is cut short": ({ note }) => Deno.truncate(note, 20),
  "its note is no JSON": ({ note }) => Deno.writeTextFile(note, "notes to myself"),
  "its note is another program's": ({ note }) => Deno.writeTextFile(note, `{"url":"x"}`),
  "its note states no size": change("sizeBytes", -1),
  "its note is huge": ({ note }) => Deno.writeFile(note, new Uint8Array(1_000_000)),
  "it is a folder": async ({ path }) => {
    await Deno.remove(path);
    await Deno.mkdir(path);
  },
  "it is a symbolic link": async ({ path, bystander }) => {
    await Deno.remove(path);
    await Deno.symlink(bystander, path);
  },
};

Deno.test("download() refuses to touch a part that may be somebody else's", async (t) => {
  await using remote = await serveFile();
  for (const [what, tamper] of Object.entries(FOREIGN)) {
    await t.step(what, async () => {
      await using left = await interrupted(remote);
      await tamper(left.part);
      const before = await left.names();
      const failure = { code: "already_exists", message: /^Cannot download "a\.bin": / };
      await assert.rejects(left.client.download("a.bin", left.local), failure);
      assert.deepEqual(await left.names(), before);
      assert.equal(await Deno.readTextFile(left.part.bystander), "not yours");
    });
  }
});

Deno.test("the download command says in one line that a part is in the way", async () => {
  await using remote = await serveFile();
  await using left = await interrupted(remote);
  await Deno.remove(left.part.note);
  const args = ["--server", remote.server.address, "download", "a.bin", "--as", left.local];
  const { code, stderr } = await runClient(args);
  assert.equal(code, 4);
  assert.match(stderr, /^sluice: Cannot download "a\.bin": "a\.bin\.part" exists [^\n]*\n$/);
});

/** A server that has the file. */
interface Remote extends AsyncDisposable {
  readonly server: ServerProcess;
  readonly digest: string;
}

/** What an interrupted download has left. */
interface Left extends AsyncDisposable {
  readonly client: SluiceClient;
  readonly local: string;
  readonly part: Part;
  readonly partBytes: number;
  /** Names in the local folder. */
  names(): Promise<string[]>;
}

async function serveFile(): Promise<Remote> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await makeTempFolder());
  await writeRandomFile(folder.join("a.bin"), SIZE_BYTES);
  const digest = await fileDigest(folder.join("a.bin"));
  const server = stack.use(await startServerProcess({ root: folder.path }));
  const owned = stack.move();
  return { server, digest, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Downloads until the line is cut. */
async function interrupted({ server }: Remote): Promise<Left> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await makeTempFolder());
  const [local, bystander] = [folder.join("a.bin"), folder.join("bystander")];
  await Deno.writeTextFile(bystander, "not yours");
  const relay = stack.use(new TcpRelay(server));
  const client = stack.use(new SluiceClient({ server: relay, retry: { attempts: 1 } }));
  relay.passages = () => ({ down: cutAfter(CUT_BYTES) });
  await assert.rejects(client.download("a.bin", local), { code: "unreachable" });
  relay.passages = () => ({});
  const part = { path: `${local}.part`, note: `${local}.part.json`, bystander };
  const partBytes = (await Deno.stat(part.path)).size;
  assert.ok(partBytes > 1_000_000);
  const names = (): Promise<string[]> =>
    Array.fromAsync(Deno.readDir(folder.path), ({ name }) => name).then((all) => all.sort());
  const owned = stack.move();
  return {
    client,
    local,
    part,
    partBytes,
    names,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
