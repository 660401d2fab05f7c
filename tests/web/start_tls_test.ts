import assert from "node:assert/strict";
import { makeCertificate } from "#tests/support/certificates.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { splitArguments } from "#start/split_arguments.ts";
import { addressOf, startBoth } from "./start_process.ts";

Deno.test("deno task start takes the certificate of variables for the page, too", async () => {
  await using folder = await makeTempFolder();
  const { cert, key } = await makeCertificate(folder.path, "own");
  const flags = ["--root", folder.join("root"), "--port", "0", "--web-port", "0"];
  await using process = await startBoth(flags, { SLUICE_TLS_CERT: cert, SLUICE_TLS_KEY: key });
  const url = await addressOf(process);
  assert.match(url, /^https:/);
  using client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(cert)] });
  const put = await fetch(`${url}/api/files/a`, { client, method: "PUT", body: "encrypted" });
  assert.equal(put.status, 201, await put.text());
  assert.equal(await Deno.readTextFile(folder.join("root/a")), "encrypted");
});

Deno.test("deno task start refuses a certificate that --config gives to the server alone", async () => {
  await using folder = await makeTempFolder();
  const { cert, key } = await makeCertificate(folder.path, "own");
  const config = folder.join("config.json");
  await Deno.writeTextFile(config, JSON.stringify({ tlsCert: cert, tlsKey: key }));
  const flags = ["--root", folder.join("root"), "--port", "0", "--web-port", "0"];
  await using process = await startBoth([...flags, "--config", config]);
  assert.equal((await withDeadline(process.child.status, "the end")).code, 2);
  await process.stderr.ended;
  assert.match(
    process.stderr.text,
    /^sluice: Cannot use the certificate of --config .*give --tls-cert and --tls-key as flags/,
  );
});

Deno.test("splitArguments() gives the page what variables say, unless a flag says it", () => {
  const variables: Readonly<Record<string, string>> = {
    SLUICE_TLS_CERT: "v.pem",
    SLUICE_TLS_KEY: "",
    SLUICE_TRUSTED_ADDRESSES: "10.0.0.0/8",
    SLUICE_INSECURE: "true",
  };
  const split = (...args: readonly string[]): ReturnType<typeof splitArguments> =>
    splitArguments(args, (name) => variables[name]);
  assert.deepEqual(split(), {
    server: [],
    web: [
      "--tls-cert",
      "v.pem",
      "--ca",
      "v.pem",
      "--trusted-addresses",
      "10.0.0.0/8",
      "--insecure",
    ],
  });
  const args = ["--tls-cert", "f.pem", "--trusted-addresses", "none", "--insecure"];
  assert.deepEqual(split(...args), {
    server: args,
    web: ["--tls-cert", "f.pem", "--ca", "f.pem", "--trusted-addresses", "none", "--insecure"],
  });
});

Deno.test("splitArguments() gives the page the value of --insecure, whatever a variable says", () => {
  const args = ["--insecure=false"];
  const split = splitArguments(args, (name) => name === "SLUICE_INSECURE" ? "yes" : undefined);
  assert.deepEqual(split, { server: args, web: args });
});
