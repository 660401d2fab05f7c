import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { makeCertificate } from "#tests/support/certificates.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { hasProgram, runClient, runCommand } from "#tests/support/run_command.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { FrameType } from "#protocol/frame.ts";

const hasCurl = await hasProgram("curl");
/** All of 127.0.0.0/8 is this machine on Linux, and any of it may be the sender's address. */
const hasManyAddresses = Deno.build.os === "linux";

/** A second hello breaks the protocol. */
async function misbehave(server: ServerProcess): Promise<void> {
  using peer = await RawPeer.greet(server);
  await peer.sendFrame(FrameType.HELLO, 0, { agent: "again" });
  await peer.expectRefusal("protocol_error");
}

async function untilRefused(server: ServerProcess): Promise<void> {
  for (let n = 0; n < 50; n++) {
    try {
      await misbehave(server);
    } catch {
      return; // Not welcomed any more.
    }
  }
  assert.fail("it is never refused");
}

/** Asks as HTTP, which the server refuses in words that curl reads, from an address of this machine. */
async function curlFrom(address: string, { port }: ServerProcess): Promise<string> {
  const { stdout } = await runCommand("curl", [
    "-s",
    "--http0.9",
    "--interface",
    address,
    `http://127.0.0.1:${port}/`,
  ]);
  return stdout;
}

Deno.test("an address that does wrong is refused by its flags, told when to come again, and no other", async (t) => {
  await using folder = await makeTempFolder();
  const flags = ["--trusted-addresses", "none", "--max-startups", "50:30:100"];
  await using server = await startServerProcess({ root: folder.path, flags });
  await untilRefused(server);
  await server.waitForLog((line) => /127\.0\.0\.1 is refused for \d+ s: malformed/.test(line));
  const { code, stderr } = await runClient(["--server", server.address, "list"]);
  assert.equal(code, 8, stderr);
  assert.match(stderr, /your address has failed too often; try again in \d+ s/);
  await server.waitForLog((line) => /refused \d+ connections; .*penalty \d+/.test(line));
  await t.step({
    name: "from another address of this machine it is as if nothing had happened",
    ignore: !hasCurl || !hasManyAddresses,
    fn: async () => {
      assert.match(await curlFrom("127.0.0.1", server), /failed too often/);
      assert.match(await curlFrom("127.0.0.2", server), /speaks the Sluice file transfer protocol/);
    },
  });
});

Deno.test("with --no-penalties and a limit of its address a server forgives, and counts", async () => {
  await using folder = await makeTempFolder();
  const limit = ["--max-connections-per-address", "1"];
  const flags = ["--trusted-addresses", "none", "--no-penalties", ...limit];
  await using server = await startServerProcess({ root: folder.path, flags });
  for (let n = 0; n < 5; n++) {
    await misbehave(server);
    // The line says that its place is free.
    const closed = new RegExp(`connection ${n + 1}: closed`);
    await server.waitForLog((line) => closed.test(line));
  }
  using _peer = await RawPeer.greet(server);
  const { code, stderr } = await runClient(["--server", server.address, "list"]);
  assert.equal(code, 8, stderr);
  assert.match(stderr, /1 are open from your address/);
});

Deno.test("a server with a certificate tells who is refused in its own language", async () => {
  await using folder = await makeTempFolder();
  const { cert, key } = await makeCertificate(folder.path, "own");
  const flags = [
    ...["--tls-cert", cert, "--tls-key", key],
    ...["--trusted-addresses", "none", "--max-connections-per-address", "1"],
  ];
  await using server = await startServerProcess({ root: folder.join("root"), flags });
  const { hostname, port } = server;
  const address = { hostname, port, tls: { ca: await Deno.readTextFile(cert) } };
  await using first = new SluiceClient({ server: address });
  assert.ok(await first.ping() > 0);
  await using second = new SluiceClient({ server: address, retry: { attempts: 1 } });
  await assert.rejects(second.ping(), { code: "busy" });
  assert.ok(await first.ping() > 0);
});

Deno.test("flags of the admission that cannot be used end a server with one line and exit code 2", async () => {
  await using folder = await makeTempFolder();
  for (
    const [flag, value] of [
      ["--trusted-addresses", "lan"],
      ["--max-startups", "10:30"],
      ["--max-connections-per-address", "many"],
      ["--min-rate", "slow"],
    ] as const
  ) {
    await assert.rejects(
      startServerProcess({ root: folder.path, flags: [flag, value] }),
      (error: Error) => {
        assert.ok(error.message.includes(`"${value}"`), error.message);
        return true;
      },
    );
  }
});
