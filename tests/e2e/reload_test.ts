import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { FrameType } from "#protocol/frame.ts";
import type { CertificateFiles } from "#protocol/tls_certificate.ts";
import { done } from "#tests/server/done.ts";
import { until } from "#tests/server/until.ts";
import { makeCertificate } from "#tests/support/certificates.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { uploadRaw } from "#tests/support/raw_transfer.ts";
import { runClient } from "#tests/support/run_command.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const { STATUS, PUT, LIST } = FrameType;

Deno.test("SIGHUP applies what a changed configuration file says, live where it can", async (t) => {
  await using folder = await makeTempFolder();
  await using other = await makeTempFolder();
  const config = other.join("server.json");
  const audit = other.join("audit");
  const write = (settings: Readonly<Record<string, unknown>>): Promise<void> =>
    Deno.writeTextFile(config, JSON.stringify({ auditLog: audit, ...settings }));
  await write({ rate: "1MB/s", denyNames: ["*.exe"], chunkDelay: "0ms" });
  const flags = ["--config", config, "--max-connections", "100", "--reserve", "1kB"];
  await using server = await startServerProcess({ root: folder.path, flags });
  using peer = await RawPeer.greet(server);

  await t.step("limits and rates change at once, and the log says so", async () => {
    await peer.refused("name_refused", PUT, { path: "a.exe", sizeBytes: 1 });
    await write({ rate: "2MB/s", quota: "1MB", logLevel: "debug", readOnly: true });
    const said = await reload(server, "took effect");
    assert.match(said, /: --deny-names, --log-level, --quota, --rate, --read-only took effect$/);
    assert.equal((await done(peer, STATUS)).throttle.rate, 2_000_000);
    await peer.refused("read_only", PUT, { path: "a", sizeBytes: 1 });
  });

  await t.step("what needs a restart is said, flags win, and a live throttle stays", async () => {
    const set = await runClient(["--server", server.address, "throttle", "--rate", "7MB/s"]);
    assert.equal(set.stdout, "7.0 MB/s in all\n");
    await write({ rate: "2MB/s", chunkDelay: "5ms", maxConnections: 5 });
    assert.match(await reload(server, "need a restart"), /: --chunk-delay need a restart$/);
    const status = await done(peer, STATUS);
    assert.deepEqual([status.throttle.rate, status.maxConnections], [7_000_000, 100]);
    await uploadRaw(peer, "a.exe", new Uint8Array(1));
  });

  await t.step("a broken file changes nothing and says why", async () => {
    for (
      const [text, why] of [
        ["{", "it is not JSON"],
        ['{"rate": "1MB/s", "colour": "red"}', "colour"],
        ['{"rate": "1MB/s", "quota": "much"}', "much"],
        ['{"rate": "1MB/s", "denyNames": [""]}', "glob"],
      ] as const
    ) {
      await Deno.writeTextFile(config, text);
      const said = await reload(server, why);
      assert.match(said, /the configuration is not reloaded, nothing has changed: Cannot /);
    }
    assert.equal((await done(peer, STATUS)).throttle.rate, 7_000_000);
  });

  await t.step("the audit log goes on in a new file when the old one was put aside", async () => {
    // Lines wait a moment, and what waits goes into the new one.
    await until(() => Deno.readTextFileSync(audit).includes('"upload","path":"a.exe"'), "the line");
    await Deno.rename(audit, `${audit}.old`);
    await write({ rate: "2MB/s", chunkDelay: "5ms", maxConnections: 5 });
    await reload(server, "nothing has changed");
    await done(peer, LIST, { path: "" });
  });

  peer.close();
  server.kill("SIGTERM");
  await server.status;
  assert.match(await Deno.readTextFile(audit), /"operation":"list"/);
  assert.match(await Deno.readTextFile(`${audit}.old`), /"operation":"upload"/);
});

Deno.test("one SIGHUP changes certificate and configuration, and a bad certificate keeps no limit back", async () => {
  await using folder = await makeTempFolder();
  const first = await makeCertificate(folder.path, "first");
  const second = await makeCertificate(folder.path, "second");
  const config = folder.join("server.json");
  const write = (settings: Readonly<Record<string, unknown>>): Promise<void> =>
    Deno.writeTextFile(config, JSON.stringify(settings));
  await write({ tlsCert: first.cert, tlsKey: first.key });
  await using server = await startServerProcess({
    root: folder.join("root"),
    flags: ["--config", config],
  });
  const { hostname, port } = server;
  const trusting = async ({ cert }: CertificateFiles): Promise<SluiceClient> =>
    new SluiceClient({
      server: { hostname, port, tls: { ca: await Deno.readTextFile(cert) } },
      retry: { attempts: 1 },
    });
  await using before = await trusting(first);
  await before.ping();
  await write({ tlsCert: second.cert, tlsKey: second.key, readOnly: true });
  assert.match(
    await reload(server, "took effect"),
    /: --read-only, --tls-cert, --tls-key took effect$/,
  );
  await using after = await trusting(second);
  await assert.rejects(after.mkdir("a"), /the server is read-only/);
  await before.ping();
  await Deno.writeTextFile(second.key, "nonsense");
  await write({ tlsCert: second.cert, tlsKey: second.key });
  await reload(server, "--read-only took effect");
  assert.match(server.stderr.text, /the certificate stays as it was: Cannot /);
  await using still = await trusting(second);
  await still.mkdir("a");
});

/** Sends SIGHUP and waits for a new line of the log. */
async function reload(server: ServerProcess, part: string): Promise<string> {
  const seen = server.stderr.lines.length;
  server.kill("SIGHUP");
  return await server.waitForLog((line) =>
    server.stderr.lines.indexOf(line, seen) !== -1 && /reloaded/.test(line) && line.includes(part)
  );
}
