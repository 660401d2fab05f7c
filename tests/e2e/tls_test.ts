import assert from "node:assert/strict";
import { SluiceClient } from "#client/sluice_client.ts";
import type { ServerAddress } from "#client/types.ts";
import type { CertificateFiles } from "#protocol/tls_certificate.ts";
import { makeCertificate } from "#tests/support/certificates.ts";
import { makeToken } from "#tests/support/make_token.ts";
import { startFleet } from "#tests/support/process_fleet.ts";
import { fileDigest } from "#tests/support/random_file.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { runClient } from "#tests/support/run_command.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

function flagsOf({ cert, key }: CertificateFiles): string[] {
  return ["--tls-cert", cert, "--tls-key", key];
}

async function addressOf(server: ServerProcess, trusted: CertificateFiles): Promise<ServerAddress> {
  const { hostname, port } = server;
  return { hostname, port, tls: { ca: await Deno.readTextFile(trusted.cert) } };
}

/** Whether new connections get a certificate. */
async function shows(server: ServerProcess, certificate: CertificateFiles): Promise<boolean> {
  await using client = new SluiceClient({
    server: await addressOf(server, certificate),
    retry: { attempts: 1 },
  });
  return await client.ping().then(() => true, () => false);
}

async function untilItShows(server: ServerProcess, certificate: CertificateFiles): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    if (await shows(server, certificate)) return;
  }
  assert.fail("the certificate stays the same");
}

Deno.test("a server with a certificate is used with --tls, and tells every other way what to do", async (t) => {
  await using folder = await makeTempFolder();
  const certificate = await makeCertificate(folder.path, "own");
  const stranger = await makeCertificate(folder.path, "stranger");
  const root = folder.join("root");
  await using server = await startServerProcess({ root, flags: flagsOf(certificate) });
  await using plain = await startServerProcess({ root: folder.join("plain") });
  const list = (address: string, ...flags: string[]): ReturnType<typeof runClient> =>
    runClient(["--server", address, ...flags, "list"], { cwd: folder.path });

  await t.step("files go up and come down whole", async () => {
    await Deno.writeFile(folder.join("big.bin"), randomBytes(5_000_000, 1));
    const at = ["--server", server.address, "--tls", "--ca", "own.pem"];
    const up = await runClient(["upload", "big.bin", ...at], { cwd: folder.path });
    assert.equal(up.code, 0, up.stderr);
    const down = await runClient(["download", "big.bin", "--as", "back.bin", ...at], {
      cwd: folder.path,
    });
    assert.equal(down.code, 0, down.stderr);
    const digests = ["big.bin", "back.bin"].map((name) => fileDigest(folder.join(name), "sha256"));
    assert.equal(...await Promise.all(digests) as [string, string]);
  });

  await t.step("--ca alone and tls:// mean --tls", async () => {
    for (const address of [server.address, `tls://localhost:${server.port}`]) {
      const { code, stdout, stderr } = await list(address, "--ca", "own.pem");
      assert.deepEqual([code, stdout], [0, "big.bin\n"], stderr);
    }
  });

  const cases: readonly (readonly [string, () => ReturnType<typeof list>, number, RegExp])[] = [
    [
      "a certificate that nobody trusts",
      () => list(server.address, "--tls"),
      5,
      /^sluice: Cannot trust tls:\/\/127\.0\.0\.1:\d+: nobody that you trust has signed its certificate; .*--ca FILE\n$/,
    ],
    [
      "another's certificate as --ca",
      () => list(server.address, "--ca", stranger.cert),
      5,
      /nobody that you trust has signed its certificate/,
    ],
    [
      "a client without --tls",
      () => list(server.address),
      1,
      /^sluice: Cannot talk to 127\.0\.0\.1:\d+: it encrypts its connections; say --tls, or tls:\/\/HOST:PORT\n$/,
    ],
    [
      "a server without a certificate",
      () => list(plain.address, "--tls"),
      1,
      /^sluice: Cannot reach tls:\/\/127\.0\.0\.1:\d+: it does not encrypt its connections, .*leave out --tls\n$/,
    ],
    [
      "a file without certificates",
      () => list(server.address, "--ca", "own.ext"),
      2,
      /own\.ext" as --ca: it holds no certificate in PEM form\n$/,
    ],
    [
      "a file that is missing",
      () => list(server.address, "--ca", "nowhere.pem"),
      2,
      /Cannot read the certificates in ".*nowhere\.pem": it does not exist\n$/,
    ],
  ];
  for (const [name, run, wanted, text] of cases) {
    await t.step(name, async () => {
      const { code, stdout, stderr } = await run();
      assert.deepEqual([code, stdout], [wanted, ""], stderr);
      assert.match(stderr, text);
    });
  }

  for (
    const [name, options, text] of [
      ["expired", { days: -1 }, /its certificate has expired/],
      ["another name", { names: "DNS:example.org" }, /its certificate is not for "127\.0\.0\.1"/],
    ] as const
  ) {
    await t.step(`a certificate with ${name}`, async () => {
      const bad = await makeCertificate(folder.path, "bad", options);
      await using wrong = await startServerProcess({
        root: folder.join("wrong"),
        flags: flagsOf(bad),
      });
      const { code, stderr } = await list(wrong.address, "--ca", "bad.pem");
      assert.equal(code, 5);
      assert.match(stderr, text);
    });
  }

  await t.step("none of that shook the server", async () => {
    assert.equal((await list(server.address, "--ca", "own.pem")).code, 0);
    assert.ok(!/fault/.test(server.stderr.text), server.stderr.text);
  });
});

Deno.test("SIGHUP brings a new certificate, and connections go on", async () => {
  await using folder = await makeTempFolder();
  const first = await makeCertificate(folder.path, "first");
  const second = await makeCertificate(folder.path, "second");
  const files = { cert: folder.join("now.pem"), key: folder.join("now.key") };
  const use = async ({ cert, key }: CertificateFiles): Promise<void> => {
    await Deno.copyFile(cert, files.cert);
    await Deno.copyFile(key, files.key);
  };
  await use(first);
  for (const flags of [[], ["--processes", "2"]]) {
    await use(first);
    await using server = await startServerProcess({
      root: folder.join("root"),
      flags: [...flagsOf(files), ...flags],
    });
    await using client = new SluiceClient({ server: await addressOf(server, first) });
    assert.equal((await client.status()).connections > 0, true);
    await Deno.writeTextFile(files.key, "nonsense");
    server.kill("SIGHUP");
    await server.waitForLog((line) => line.includes("certificate stays as it was"));
    assert.ok(await shows(server, first));
    await use(second);
    server.kill("SIGHUP");
    await untilItShows(server, second);
    // This client trusts the first certificate only: it still has its connection.
    await client.ping();
    assert.ok(!/fault/.test(server.stderr.text), server.stderr.text);
  }
});

Deno.test("two processes encrypt, each with the certificate that the first one has read", async () => {
  await using folder = await makeTempFolder();
  const certificate = await makeCertificate(folder.path, "own");
  await using fleet = await startFleet(folder.join("root"), 2, flagsOf(certificate));
  const address = await addressOf(fleet.server, certificate);
  const answered = new Set<number | undefined>();
  for (let attempt = 0; attempt < 200 && answered.size < 2; attempt++) {
    await using client = new SluiceClient({ server: address });
    answered.add((await client.status()).processes?.answeredBy);
  }
  assert.equal(answered.size, 2);
});

Deno.test("a server for other machines wants a certificate and tokens", async () => {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  const certificate = await makeCertificate(folder.path, "own");
  const refused = async (...flags: string[]): Promise<void> => {
    const start = startServerProcess({ root, flags: ["--host", "0.0.0.0", ...flags] });
    const error = await start.then(
      (server) => server[Symbol.asyncDispose]().then(() => assert.fail("it started")),
      (error: unknown) => error,
    );
    assert.match(
      String(error),
      /Cannot listen on 0\.0\.0\.0: .*--tls-cert and --tls-key, .*token create .*or say --insecure/,
    );
  };
  await refused();
  await refused("--require-token");
  await refused(...flagsOf(certificate));
  await makeToken(root, "ann", "--role", "reader");
  await refused();
  await using server = await startServerProcess({
    root,
    flags: ["--host", "0.0.0.0", ...flagsOf(certificate)],
  });
  assert.match(server.stdout.text, /listening on 0\.0\.0\.0/);
});

Deno.test("a server says what is wrong with its certificate", async () => {
  await using folder = await makeTempFolder();
  const [one, two] = [
    await makeCertificate(folder.path, "one"),
    await makeCertificate(folder.path, "two"),
  ];
  const cases = [
    [["--tls-cert", one.cert], /--tls-key is missing/],
    [["--tls-cert", one.cert, "--tls-key", two.key], /the key belongs to another certificate/],
    [["--tls-cert", one.key, "--tls-key", one.key], /Cannot use certificate ".*one\.key"/],
    [["--tls-cert", "/nowhere", "--tls-key", one.key], /the certificate "\/nowhere": it does not/],
  ] as const;
  for (const [flags, text] of cases) {
    const start = startServerProcess({ root: folder.join("root"), flags });
    await assert.rejects(start, (error) => text.test(String(error)));
  }
});
