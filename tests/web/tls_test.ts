import assert from "node:assert/strict";
import { makeCertificate } from "#tests/support/certificates.ts";
import { startGatewayProcess } from "#tests/support/gateway_process.ts";
import { makeToken } from "#tests/support/make_token.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { splitArguments } from "#start/split_arguments.ts";

Deno.test("the gateway speaks HTTPS with browsers and TLS with the server, also after SIGHUP", async () => {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  const own = await makeCertificate(folder.path, "own");
  const next = await makeCertificate(folder.path, "next");
  const flags = ["--tls-cert", own.cert, "--tls-key", own.key];
  await using server = await startServerProcess({ root, flags });
  await using gateway = await startGatewayProcess({
    server: server.address,
    flags: ["--ca", await copyOf(own.cert), ...flags],
  });
  assert.match(gateway.url, /^https:/);
  const caCerts = [await Deno.readTextFile(own.cert)];
  const token = await makeToken(root, "ann", "--role", "writer");
  await server.waitForLog((line) => line.includes("tokens are asked for"));
  using first = Deno.createHttpClient({ caCerts });
  const origin = gateway.url;
  const login = await fetch(`${gateway.url}/api/session`, {
    client: first,
    method: "POST",
    body: JSON.stringify({ token }),
    headers: { Origin: origin, "Content-Type": "application/json" },
  });
  assert.equal(login.status, 201, await login.text());
  const cookie = login.headers.get("set-cookie") ?? "";
  assert.match(cookie, /HttpOnly; Secure; SameSite=Strict$/);
  const headers = { Cookie: cookie.split(";", 1)[0] ?? "", Origin: origin };
  const put = await fetch(`${gateway.url}/api/files/a.txt`, {
    client: first,
    method: "PUT",
    body: "encrypted",
    headers,
  });
  assert.equal(put.status, 201, await put.text());
  assert.equal(await Deno.readTextFile(`${root}/a.txt`), "encrypted");
  const foreign = await fetch(`${gateway.url}/api/files/a.txt`, {
    client: first,
    headers: { ...headers, Origin: origin.replace("https", "http") },
  });
  assert.equal(foreign.status, 403);
  await foreign.body?.cancel();
  await assert.rejects(fetch(gateway.url.replace("https", "http")));

  await Deno.copyFile(next.cert, own.cert);
  await Deno.copyFile(next.key, own.key);
  gateway.kill("SIGHUP");
  const nextCerts = [await Deno.readTextFile(next.cert)];
  for (let attempt = 0;; attempt++) {
    using second = Deno.createHttpClient({ caCerts: nextCerts });
    const got = await fetch(`${gateway.url}/api/files/a.txt`, { client: second, headers }).catch(
      (error: unknown) => {
        if (attempt > 500) throw error;
      },
    );
    if (got === undefined) continue;
    assert.equal(await got.text(), "encrypted", "the session is still known");
    break;
  }
});

/** What the gateway trusts must stay when the certificate that it shows itself changes. */
async function copyOf(path: string): Promise<string> {
  await Deno.copyFile(path, `${path}.trusted`);
  return `${path}.trusted`;
}

Deno.test("splitArguments() gives the certificate to both, and has the page trust it", () => {
  assert.deepEqual(splitArguments(["--tls-cert", "a.pem", "--tls-key=a.key"]), {
    server: ["--tls-cert", "a.pem", "--tls-key=a.key"],
    web: ["--tls-cert", "a.pem", "--ca", "a.pem", "--tls-key", "a.key"],
  });
});
