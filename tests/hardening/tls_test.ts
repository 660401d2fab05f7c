import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import type { ServerAddress } from "#client/types.ts";
import { encodeControl, FrameType } from "#protocol/frame.ts";
import { encodePreface } from "#protocol/preface.ts";
import type { CertificateFiles } from "#protocol/tls_certificate.ts";
import { makeCertificate } from "#tests/support/certificates.ts";
import { inLanes } from "#tests/support/in_lanes.ts";
import { concatBytes, randomBytes } from "#tests/support/random_bytes.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { hasProgram, runCommand } from "#tests/support/run_command.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { countSockets, waitUntilClosed } from "#tests/support/open_descriptors.ts";
import { untilServerRests } from "#tests/support/state_folder.ts";
import { until } from "#tests/server/until.ts";
import { startTestServer } from "#tests/server/test_server.ts";
import { caseRandom } from "./fuzz/case_random.ts";
import { mutateBytes } from "./fuzz/mutate_bytes.ts";
import { converse } from "./fuzz/stream_case.ts";
import { assertNoGrowth, figuresText, startMeasuredServer } from "./process_figures.ts";
import { recordClientHello } from "./tls/record_client_hello.ts";

const SEED = 20_264;
/** Of each half. */
const CASES = 1_000;
const MOST_BYTES = 100;
/** No worker has anything to do here, so heaps hardly differ by chance. */
const NOISE_BYTES = 1024 * 1024;
const FLOOD = 200;
const FILE = randomBytes(5_000_000, 9);
const encoder = new TextEncoder();

const flagsOf = (
  { cert, key }: CertificateFiles,
): string[] => ["--tls-cert", cert, "--tls-key", key];

async function trust(
  { hostname, port }: Pick<ServerProcess, "hostname" | "port">,
  { cert }: CertificateFiles,
): Promise<ServerAddress> {
  return { hostname, port, tls: { ca: await Deno.readTextFile(cert) } };
}

/** A client that is served as if it were alone: a file goes up and comes back. */
async function useWell(server: ServerAddress, folder: TempFolder): Promise<void> {
  await using client = new SluiceClient({ server });
  await Deno.writeFile(folder.join("local"), FILE);
  await client.upload(folder.join("local"), "file", { onConflict: "overwrite" });
  await client.download("file", folder.join("copy"), { onConflict: "overwrite" });
  assert.deepEqual(await Deno.readFile(folder.join("copy")), FILE);
}

/** What comes to a port that wants TLS, and is none: by number, always the same. */
function makeGarbage(clientHello: Uint8Array, number: number): Uint8Array {
  const random = caseRandom(SEED, number);
  const plain = concatBytes([
    encodePreface(),
    encodeControl(FrameType.HELLO, 0, { agent: "plain" }),
    encodeControl(FrameType.LIST, 1, { path: "" }),
  ]);
  switch (number % 10) {
    case 0:
      return randomBytes(random.between(1, 3_000), number);
    case 1:
      return plain;
    case 2:
      return encoder.encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    case 3:
      // Records of each type and length, before any handshake.
      return concatBytes([
        Uint8Array.of(20 + random.between(0, 6), 3, random.between(0, 5)),
        randomBytes(random.between(2, 400), number),
      ]);
    case 4:
      return clientHello.slice(0, random.between(1, clientHello.byteLength));
    case 5:
      // A whole one, and what belongs behind its answer in no case.
      return concatBytes([clientHello, plain]);
    case 6:
      return concatBytes([clientHello, clientHello, clientHello]);
    default:
      return mutateBytes(clientHello, random, [plain, clientHello]);
  }
}

Deno.test(`${2 * CASES} inputs that are no TLS harm nobody at a TLS port and leave nothing behind`, async () => {
  await using folder = await makeTempFolder();
  const certificate = await makeCertificate(folder.path, "own");
  const root = folder.join("root");
  await using server = await startMeasuredServer({ root, flags: flagsOf(certificate) });
  const address = await trust(server, certificate);
  const clientHello = await recordClientHello();
  const run = (first: number): Promise<void> =>
    inLanes(Array.from({ length: CASES }, (_, n) => first + n), async (number) => {
      const said = await converse(server, makeGarbage(clientHello, number));
      // Records of TLS or nothing: never a word of the protocol that belongs inside.
      const isTls = said === undefined || said.byteLength === 0 ||
        [0x15, 0x16].includes(said[0] ?? 0);
      assert.ok(isTls, `case ${number} of seed ${SEED} got ${said}`);
    }, 4);
  await run(0);
  const before = await server.atRest(address);
  await run(CASES);
  const after = await server.atRest(address);
  console.log(`no TLS: ${figuresText(before)}; then ${figuresText(after)}`);
  assertNoGrowth(before, after, CASES, MOST_BYTES, NOISE_BYTES);
  await useWell(address, folder);
  assert.ok(!/ ERR |fault|panick/.test(server.stderr.text), server.stderr.text);
});

Deno.test("half a handshake, or one without a hello behind it, and silence end at the deadline", async () => {
  await using folder = await makeTempFolder();
  const files = await makeCertificate(folder.path, "own");
  const tls = {
    cert: await Deno.readTextFile(files.cert),
    key: await Deno.readTextFile(files.key),
  };
  await using place = await startTestServer({ tls, timeouts: { helloMs: 4_000 } });
  const { hostname, port } = place;
  const unfinished = [new Uint8Array(0), encodePreface().slice(0, 3), encodePreface()];
  await Promise.all(unfinished.map(async (bytes) => {
    using conn = await Deno.connectTls({ hostname, port, caCerts: [tls.cert] });
    await conn.write(bytes);
    assert.match(await readText(conn), /^SLUICE.*"timeout"/s);
  }));
  const clientHello = await recordClientHello();
  const halves = [0, 5, 100, clientHello.byteLength].map((end) => clientHello.slice(0, end));
  const peers = await Promise.all(halves.map(() => RawPeer.connect(place)));
  try {
    for (const [n, peer] of peers.entries()) await peer.send(halves[n] ?? new Uint8Array(0));
    await until(() => place.server.status().connections === 0, "nobody to count any more");
    await useWell(await trust(place, files), folder);
  } finally {
    for (const peer of peers) peer.close();
  }
});

/** All that comes until the other side closes. */
async function readText(conn: Deno.TlsConn): Promise<string> {
  const decoder = new TextDecoder();
  const piece = new Uint8Array(4096);
  let text = "";
  for (let read = await conn.read(piece); read !== null; read = await conn.read(piece)) {
    text += decoder.decode(piece.subarray(0, read));
  }
  return text;
}

Deno.test(`${FLOOD} handshakes that never come to an end keep nobody waiting, and count no more at the deadline`, async () => {
  await using folder = await makeTempFolder();
  const certificate = await makeCertificate(folder.path, "own");
  const root = folder.join("root");
  await using server = await startServerProcess({ root, flags: flagsOf(certificate) });
  const address = await trust(server, certificate);
  await useWell(address, folder);
  await untilServerRests(address);
  const sockets = await countSockets(server.pid);
  const clientHello = await recordClientHello();
  const crowd: RawPeer[] = [];
  try {
    for (let n = 0; n < FLOOD; n++) {
      const peer = await RawPeer.connect(server);
      crowd.push(peer);
      // Some say a part, some get the server to compute an answer and give none.
      await peer.send(clientHello.slice(0, n % 2 === 0 ? clientHello.byteLength : n));
    }
    await useWell(address, folder);
    // A new connection needs a handshake of its own.
    await useWell(address, folder);
    await untilServerRests(address);
    await useWell(address, folder);
  } finally {
    for (const peer of crowd) peer.close();
  }
  await untilServerRests(address);
  await waitUntilClosed(server.pid, root, sockets);
  assert.ok(!/ ERR |fault|panick/.test(server.stderr.text), server.stderr.text);
});

Deno.test({
  name:
    "a server without descriptors for more silent handshakes serves on whom it has let in, and others when those leave",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using folder = await makeTempFolder();
    const certificate = await makeCertificate(folder.path, "own");
    const root = folder.join("root");
    const wrapper = ["sh", "-c", 'ulimit -n 128; exec "$@"', "sh"];
    await using server = await startServerProcess({ root, flags: flagsOf(certificate), wrapper });
    const address = await trust(server, certificate);
    await using client = new SluiceClient({ server: address });
    await client.mkdir("before");
    const crowd = await Promise.all(Array.from({ length: FLOOD }, () => RawPeer.connect(server)));
    try {
      await server.waitForLog((line) => line.includes("accepts nobody: too many handshakes"));
      await client.mkdir("meanwhile");
      await client.ping();
    } finally {
      for (const peer of crowd) peer.close();
    }
    await useWell(address, folder);
    await client.ping();
    assert.ok(!/ ERR |fault|panick|cannot accept/.test(server.stderr.text), server.stderr.text);
  },
});

Deno.test({
  name:
    "a client that wants to agree on keys anew within TLS 1.2 is not followed, and harms nobody",
  ignore: !await hasProgram("openssl"),
  fn: async () => {
    await using folder = await makeTempFolder();
    const certificate = await makeCertificate(folder.path, "own");
    const root = folder.join("root");
    await using server = await startServerProcess({ root, flags: flagsOf(certificate) });
    const address = await trust(server, certificate);
    for (let n = 0; n < 3; n++) {
      // A line of "R" makes openssl ask for it; it reports what it is told.
      const at = ["s_client", "-connect", server.address, "-CAfile", certificate.cert];
      const asked = await runCommand("openssl", [...at, "-tls1_2"], {
        stdin: encoder.encode("R\n"),
      });
      assert.match(asked.stdout, /Protocol *: TLSv1\.2/);
      assert.match(asked.stderr, /RENEGOTIATING/);
      assert.match(asked.stderr, /no renegotiation|alert|error/i);
      const before13 = await runCommand("openssl", [
        ...at,
        "-tls1_1",
        "-cipher",
        "ALL:@SECLEVEL=0",
      ]);
      assert.match(before13.stdout + before13.stderr, /alert|error|NONE/i);
    }
    await useWell(address, folder);
    assert.ok(!/ ERR |fault|panick/.test(server.stderr.text), server.stderr.text);
  },
});
