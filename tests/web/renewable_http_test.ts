import assert from "node:assert/strict";
import { readCertificate, type TlsCertificate } from "#protocol/tls_certificate.ts";
import { makeCertificate } from "#tests/support/certificates.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { RenewableHttp } from "#web/renewable_http.ts";

/** Serves with the first of some certificates. */
async function startHttps(count: number): Promise<
  {
    readonly http: RenewableHttp;
    readonly certificates: readonly TlsCertificate[];
    /** Asks for the word, trusting one certificate alone. */
    readonly ask: (trusted: TlsCertificate) => Promise<string>;
  } & AsyncDisposable
> {
  await using folder = await makeTempFolder();
  const certificates: TlsCertificate[] = [];
  for (let n = 0; n < count; n++) {
    certificates.push(await readCertificate(await makeCertificate(folder.path, `c${n}`), Deno));
  }
  const cut = new AbortController();
  const http = new RenewableHttp({
    hostname: "127.0.0.1",
    port: 0,
    tls: certificates[0],
    signal: cut.signal,
    fetch: () => new Response("served"),
  });
  return {
    http,
    certificates,
    ask: async ({ cert }) => {
      using client = Deno.createHttpClient({ caCerts: [cert] });
      return await (await fetch(`https://127.0.0.1:${http.addr.port}/`, { client })).text();
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      cut.abort();
      await http.shutdown();
    },
  };
}

function certificateOf(list: readonly TlsCertificate[], at: number): TlsCertificate {
  const certificate = list[at];
  assert.ok(certificate !== undefined);
  return certificate;
}

Deno.test("RenewableHttp.renew() takes the last of several that come at once, and further ones", async () => {
  await using https = await startHttps(3);
  const { http, ask } = https;
  const [first, second, third] = [0, 1, 2].map((at) => certificateOf(https.certificates, at));
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  assert.equal(await ask(first), "served");
  const both = [second, third].map((tls) => http.renew(() => Promise.resolve(tls)));
  await withDeadline(Promise.all(both), "both renewals");
  assert.equal(await ask(third), "served");
  await assert.rejects(ask(second));
  await withDeadline(http.renew(() => Promise.resolve(first)), "the next renewal");
  assert.equal(await ask(first), "served");
});

Deno.test("RenewableHttp.renew() goes on with the certificate before when another cannot be had or served", async () => {
  await using https = await startHttps(2);
  const { http, ask } = https;
  const [first, second] = [
    certificateOf(https.certificates, 0),
    certificateOf(https.certificates, 1),
  ];
  await assert.rejects(http.renew(() => Promise.reject(new Error("not there"))), /not there/);
  assert.equal(await ask(first), "served");
  const broken = { cert: first.cert, key: "no key" };
  await assert.rejects(http.renew(() => Promise.resolve(broken)));
  assert.equal(await ask(first), "served");
  await http.renew(() => Promise.resolve(second));
  assert.equal(await ask(second), "served");
  await assert.rejects(ask(first));
});
