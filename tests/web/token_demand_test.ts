import assert from "node:assert/strict";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { ROOT_PATH } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { TokenStore } from "#server/access/token_store.ts";
import { makeCertificate } from "#tests/support/certificates.ts";
import { startGatewayProcess } from "#tests/support/gateway_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { startTestServer } from "#tests/server/test_server.ts";
import { TokenDemand } from "#web/access/token_demand.ts";
import { type GatewayWorld, refusalOf, startGatewayWorld } from "./gateway_world.ts";

const CALLS: readonly (readonly [string, RequestInit])[] = [
  ["/api/session", {}],
  ["/api/list?path=", {}],
  ["/api/events", {}],
  ["/api/files/made", { method: "PUT", body: "x" }],
];

function makeToken(world: GatewayWorld, name: string): string {
  const store = new TokenStore(world.place.root.join(STATE_FOLDER));
  return store.create({ name, role: "writer", base: ROOT_PATH, expiresAtMs: undefined });
}

function bearer(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}

Deno.test("a gateway that requires tokens serves nobody for a file server that asks for none", async () => {
  await using world = await startGatewayWorld({ requiresToken: true });
  for (const [path, init] of CALLS) {
    const nobody = await refusalOf(await world.ask(path, init));
    assert.deepEqual([nobody.status, nobody.code], [401, "token_required"], path);
    const invented = await refusalOf(await world.ask(path, { ...init, headers: bearer("x") }));
    assert.deepEqual([invented.status, invented.code], [403, "permission_denied"], path);
    assert.match(invented.message, /asks for no access token.*token create.*--insecure/);
  }
  const login = await world.post("/api/session", { token: "x" });
  assert.equal(login.headers.get("set-cookie"), null);
  assert.equal((await refusalOf(login)).status, 403);
  const health = await world.ask("/healthz");
  assert.deepEqual([health.status, await health.json()], [200, { status: "ok" }]);
});

Deno.test("a gateway that requires tokens lets in who has one that the file server asks for", async () => {
  await using world = await startGatewayWorld({
    requiresToken: true,
    server: { isTokenRequired: true },
  });
  const token = makeToken(world, "ann");
  const put = await world.ask("/api/files/a", { method: "PUT", body: "x", headers: bearer(token) });
  assert.equal(put.status, 201, await put.text());
  const login = await world.post("/api/session", { token });
  assert.equal(login.status, 201, await login.text());
  const Cookie = (login.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
  const list = await world.ask("/api/list?path=", { headers: { Cookie } });
  assert.equal(list.status, 200, await list.text());
  const nobody = await refusalOf(await world.ask("/api/list?path="));
  assert.equal(nobody.code, "token_required");
});

Deno.test("deno task web for other machines, also by a proxy, asks for tokens unless --insecure is given", async () => {
  await using folder = await makeTempFolder();
  await using place = await startTestServer();
  const { cert, key } = await makeCertificate(folder.path, "own");
  const server = `127.0.0.1:${place.port}`;
  const flags = ["--host", "0.0.0.0", "--tls-cert", cert, "--tls-key", key];
  using client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(cert)] });
  const statusOf = async (more: readonly string[]): Promise<number> => {
    await using gateway = await startGatewayProcess({ server, flags: [...flags, ...more] });
    const url = `https://127.0.0.1:${gateway.port}/api/session`;
    const response = await fetch(url, { client });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await statusOf([]), 401);
  assert.equal(await statusOf(["--insecure"]), 200);
  const proxied = ["--public-url", "https://files.example"];
  await using behindProxy = await startGatewayProcess({ server, flags: proxied });
  assert.equal((await refusalOf(await fetch(`${behindProxy.url}/api/session`))).status, 401);
});

Deno.test("whoever has no token does not make the gateway's address wait at the file server", async () => {
  await using world = await startGatewayWorld({
    server: { isTokenRequired: true, admission: { trustedAddresses: "none" } },
  });
  const asked = Array.from({ length: 40 }, async (_, n) => {
    const response = await world.ask(n % 2 === 0 ? "/healthz" : "/api/list?path=");
    await response.body?.cancel();
    return response.status;
  });
  assert.deepEqual([...new Set(await Promise.all(asked))].sort(), [200, 401]);
  const login = await world.post("/api/session", { token: makeToken(world, "ann") });
  assert.equal(login.status, 201, await login.text());
});

Deno.test("TokenDemand asks once for all who come at once, and again after 5 s", async () => {
  let nowMs = 0;
  let asked = 0;
  let isAsking = true;
  const demand = new TokenDemand({
    now: () => nowMs,
    ask: async () => {
      asked++;
      await Promise.resolve();
      if (isAsking) throw new SluiceError("token_required", "Cannot serve you: no token");
    },
  });
  const act = (): Promise<Response> => Promise.resolve(new Response("served"));
  for (let n = 0; n < 2; n++) {
    const attempts = Array.from({ length: 10 }, () => demand.attempt(act));
    for (const { status } of await Promise.allSettled(attempts)) assert.equal(status, "rejected");
  }
  assert.equal(asked, 1);
  isAsking = false;
  nowMs = 4_999;
  await assert.rejects(demand.attempt(act), { code: "token_required" });
  nowMs = 5_000;
  assert.equal(await (await demand.attempt(act)).text(), "served");
  await demand.attempt(act);
  assert.equal(asked, 2);
  await assert.rejects(demand.require(), { code: "permission_denied" });
});
