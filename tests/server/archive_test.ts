import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { encodeControl, FrameType } from "#protocol/frame.ts";
import { createDigester } from "#protocol/digest.ts";
import { encodePreface } from "#protocol/preface.ts";
import { residentBytes } from "#tests/support/process_memory.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { runCommand } from "#tests/support/run_command.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { startTestServer, type TestServer } from "./test_server.ts";

const WHEN = new Date("2020-02-03T04:05:06Z");
const LONG = `${"ä long näme ".repeat(15)}.txt`;
const NAMES = ["plain.txt", "-dash", "line\nbreak", "sub/ünïcödé", `sub/deep/${LONG}`, "empty"];

for (const format of ["zip", "tar"] as const) {
  Deno.test(`ARCHIVE as ${format} unpacks to what was there: content, times, empty folders, any name`, async () => {
    await using place = await startTestServer();
    await using out = await makeTempFolder();
    await fill(place);
    await save(place, "folder", format, out.join("archive"));
    const names = await unpack(format, out);
    assert.deepEqual(
      names.sort(),
      [
        "folder",
        "folder/hollow",
        "folder/sub",
        "folder/sub/deep",
        ...NAMES.map((n) => `folder/${unpacked(format, n)}`),
      ]
        .sort(),
    );
    for (const name of NAMES) {
      const [source, copy] = [
        place.root.join("folder", name),
        out.join("x", "folder", unpacked(format, name)),
      ];
      assert.deepEqual(await Deno.readFile(copy), await Deno.readFile(source), name);
      const { mtime } = await Deno.stat(copy);
      // A zip's clock has steps of 2 s.
      assert.ok(Math.abs((mtime?.getTime() ?? 0) - WHEN.getTime()) <= 2000, `${name} ${mtime}`);
    }
  });

  Deno.test(`ARCHIVE as ${format} of root has no folder around it and no state folder`, async () => {
    await using place = await startTestServer();
    await using out = await makeTempFolder();
    await Deno.writeTextFile(place.root.join("a"), "a");
    await Deno.mkdir(place.root.join("C:"));
    await save(place, "", format, out.join("archive"));
    assert.deepEqual((await unpack(format, out)).sort(), ["C_", "a"]);
  });
}

Deno.test("ARCHIVE refuses what is no folder", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await Deno.writeTextFile(place.root.join("file"), "a");
  await peer.refused("not_a_folder", FrameType.ARCHIVE, { path: "file", format: "zip" });
  await peer.refused("not_found", FrameType.ARCHIVE, { path: "missing", format: "tar" });
  await peer.refused("invalid_request", FrameType.ARCHIVE, { path: "", format: "rar" });
});

Deno.test("ARCHIVE ends with CANCEL, also while the client does not read, and leaves nothing open", async () => {
  await using place = await startTestServer();
  await Deno.mkdir(place.root.join("big"));
  await sparse(place.root.join("big", "a"), 5_000_000_000);
  using peer = await RawPeer.greet(place);
  for (const format of ["zip", "tar"]) {
    const requestId = await peer.begin(FrameType.ARCHIVE, { path: "big", format });
    await peer.expectFrame(FrameType.READY, requestId);
    await peer.expectFrame(FrameType.DATA, requestId);
    await peer.sendFrame(FrameType.CANCEL, requestId);
    assert.equal((await peer.lastFrame(requestId)).json?.name, "cancelled");
  }
});

Deno.test("ARCHIVE of many bytes keeps memory flat", async () => {
  await using folder = await makeTempFolder();
  await Deno.mkdir(folder.join("big"));
  await sparse(folder.join("big", "a"), 60_000_000);
  await using server = await startServerProcess({ root: folder.path });
  for (const format of ["zip", "tar"] as const) await countArchive(server, "big", format);
  const before = await residentBytes(server.pid);
  await sparse(folder.join("big", "b"), 250_000_000);
  for (const format of ["zip", "tar"] as const) {
    const bytes = await countArchive(server, "big", format);
    assert.ok(bytes > 310_000_000, `${format}: ${bytes}`);
  }
  const grown = await residentBytes(server.pid) - before;
  assert.ok(grown < 150e6, `memory grew by ${grown} bytes`);
});

Deno.test("ARCHIVE ends with file_changed when a file grows shorter under it", async () => {
  await using place = await startTestServer({ throttle: { rate: 5_000_000 } });
  await Deno.mkdir(place.root.join("big"));
  const path = place.root.join("big", "a");
  // Ten minutes: it must not be sent before it is made shorter.
  await sparse(path, 3_000_000_000);
  using peer = await RawPeer.greet(place);
  const requestId = await peer.begin(FrameType.ARCHIVE, { path: "big", format: "zip" });
  await peer.expectFrame(FrameType.READY, requestId);
  await peer.expectFrame(FrameType.DATA, requestId);
  await Deno.truncate(path, 10);
  assert.equal((await peer.lastFrame(requestId)).json?.name, "file_changed");
});

/** Root with a folder of all kinds of names, and links that must stay out. */
async function fill(place: TestServer): Promise<void> {
  await Deno.mkdir(place.root.join("folder", "sub", "deep"), { recursive: true });
  await Deno.mkdir(place.root.join("folder", "hollow"));
  await Deno.symlink("/etc/passwd", place.root.join("folder", "link"));
  for (const [index, name] of NAMES.entries()) {
    const path = place.root.join("folder", name);
    await Deno.writeFile(path, randomBytes(name === "empty" ? 0 : 300_000 * index + 1, index + 1));
    await Deno.utime(path, WHEN, WHEN);
  }
}

async function save(
  place: TestServer,
  path: string,
  format: string,
  into: string,
): Promise<void> {
  using peer = await RawPeer.greet(place);
  using file = await Deno.open(into, { create: true, write: true });
  await readArchive(peer, { path, format }, (bytes) => void file.writeSync(bytes));
}

/** Counts the bytes that the server sends for one archive, without keeping them. */
async function countArchive(
  { hostname, port }: ServerProcess,
  path: string,
  format: string,
): Promise<number> {
  using conn = await Deno.connect({ hostname, port });
  const hello = encodeControl(FrameType.HELLO, 0, { agent: "counter" });
  for (
    const bytes of [encodePreface(), hello, encodeControl(FrameType.ARCHIVE, 1, { path, format })]
  ) {
    await conn.write(bytes);
  }
  await conn.closeWrite();
  const into = new Uint8Array(1024 * 1024);
  let count = 0;
  for (let read = await conn.read(into); read !== null; read = await conn.read(into)) count += read;
  return count;
}

/** Reads a whole archive, checking each frame and the digest. */
async function readArchive(
  peer: RawPeer,
  request: { readonly path: string; readonly format: string },
  take: (bytes: Uint8Array) => void,
): Promise<void> {
  const requestId = await peer.begin(FrameType.ARCHIVE, request);
  await peer.expectFrame(FrameType.READY, requestId);
  const digester = await createDigester("xxh128");
  for (;;) {
    const frame = await peer.nextFrame();
    if (frame.type === FrameType.RESULT) {
      return assert.equal(frame.json?.digest, digester.digest());
    }
    assert.equal(frame.type, FrameType.DATA, JSON.stringify(frame.json));
    assert.equal(frame.crc, crc32(frame.payload));
    digester.update(frame.payload);
    take(frame.payload);
  }
}

/** Unzip drops control characters from names. */
function unpacked(format: "zip" | "tar", name: string): string {
  return format === "zip" ? name.replace("\n", "") : name;
}

/** Unpacks with the programs that people have; gives all names. */
async function unpack(format: "zip" | "tar", out: TempFolder): Promise<string[]> {
  await Deno.mkdir(out.join("x"));
  const commands = format === "zip"
    ? [["unzip", "-tq", out.join("archive")], [
      "unzip",
      "-q",
      out.join("archive"),
      "-d",
      out.join("x"),
    ]]
    : [["tar", "-tf", out.join("archive")], [
      "tar",
      "-xf",
      out.join("archive"),
      "-C",
      out.join("x"),
    ]];
  for (const [program = "", ...args] of commands) {
    const { code, stdout, stderr } = await runCommand(program, args, {
      env: { LC_ALL: "C.UTF-8" },
    });
    assert.equal(code, 0, stdout + stderr);
  }
  return namesBelow(out.join("x"), "");
}

function namesBelow(folder: string, prefix: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    const name = prefix + entry.name;
    if (!entry.isDirectory) return [name];
    return [name, ...namesBelow(`${folder}/${entry.name}`, `${name}/`)];
  });
}

async function sparse(path: string, sizeBytes: number): Promise<void> {
  await Deno.writeFile(path, new Uint8Array(0));
  await Deno.truncate(path, sizeBytes);
}
