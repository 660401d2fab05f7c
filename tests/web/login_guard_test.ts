import assert from "node:assert/strict";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { ROOT_PATH } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { TokenStore } from "#server/access/token_store.ts";
import { LoginGuard } from "#web/guards/login_guard.ts";
import { HttpRefusal } from "#web/http/error_response.ts";
import { refusalOf, startGatewayWorld } from "./gateway_world.ts";

const ADDRESS = "192.0.2.7";

function requestFrom(guard: LoginGuard, address: string): Request {
  const request = new Request("http://127.0.0.1/api/session");
  guard.note(request, address);
  return request;
}

const refused = (): Promise<Response> => {
  throw new SluiceError("token_refused", "Cannot serve you: no");
};
const answered = (): Promise<Response> => Promise.resolve(new Response("yes"));

Deno.test("LoginGuard refuses an address whose tokens were refused again and again, and no other", async () => {
  let nowMs = 0;
  const guard = new LoginGuard({ trustedAddresses: "loopback", now: () => nowMs });
  for (let n = 0; n < 3; n++) {
    await assert.rejects(guard.attempt(requestFrom(guard, ADDRESS), refused), SluiceError);
  }
  await assert.rejects(guard.attempt(requestFrom(guard, ADDRESS), answered), (error) => {
    assert.ok(error instanceof HttpRefusal);
    assert.deepEqual([error.status, error.headers["Retry-After"]], [429, "15"]);
    assert.match(error.message, /try again in 15 s/);
    return true;
  });
  await guard.attempt(requestFrom(guard, "192.0.2.8"), answered);
  nowMs = 15_000;
  await guard.attempt(requestFrom(guard, ADDRESS), answered);
});

Deno.test("LoginGuard counts an answer that tells of a refused token, and none that tells of something else", async () => {
  const answer = (code: string) => (): Promise<Response> =>
    Promise.resolve(new Response(null, { status: 401, headers: { "Sluice-Error": code } }));
  const guard = new LoginGuard({ trustedAddresses: "loopback", now: () => 0 });
  for (let n = 0; n < 20; n++) {
    await guard.attempt(requestFrom(guard, ADDRESS), answer("token_required"));
  }
  for (let n = 0; n < 3; n++) {
    await guard.attempt(requestFrom(guard, ADDRESS), answer("token_refused"));
  }
  await assert.rejects(guard.attempt(requestFrom(guard, ADDRESS), answered), HttpRefusal);
});

Deno.test("LoginGuard lets trusted addresses fail as often as they like", async () => {
  const guard = new LoginGuard({ trustedAddresses: `loopback,${ADDRESS}`, now: () => 0 });
  for (const address of ["127.0.0.1", "::1", ADDRESS]) {
    for (let n = 0; n < 20; n++) {
      await assert.rejects(guard.attempt(requestFrom(guard, address), refused), SluiceError);
    }
    await guard.attempt(requestFrom(guard, address), answered);
  }
});

Deno.test("a gateway refuses logins of an address with wrong tokens; sessions and proven tokens go on", async () => {
  await using world = await startGatewayWorld({
    server: { isTokenRequired: true },
    trustedAddresses: "none",
  });
  const store = new TokenStore(world.place.root.join(STATE_FOLDER));
  const make = (name: string): string =>
    store.create({ name, role: "reader", base: ROOT_PATH, expiresAtMs: undefined });
  const [ann, bob, cid] = [make("ann"), make("bob"), make("cid")];
  const login = await world.post("/api/session", { token: ann });
  assert.equal(login.status, 201);
  await login.body?.cancel();
  const cookie = { Cookie: (login.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "" };
  const bearer = (token: string): RequestInit => ({
    headers: { Authorization: `Bearer ${token}` },
  });
  const statusOf = async (init: RequestInit): Promise<number> => {
    const response = await world.ask("/api/list?path=", init);
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await statusOf(bearer(bob)), 200);
  let status = 401;
  for (let n = 0; n < 50 && status === 401; n++) {
    status = n % 2 === 0
      ? (await refusalOf(await world.post("/api/session", { token: "wrong" }))).status
      : await statusOf(bearer("wrong"));
  }
  assert.equal(status, 429);
  const response = await world.post("/api/session", { token: cid });
  assert.match(response.headers.get("Retry-After") ?? "", /^\d+$/);
  const { code, message } = await refusalOf(response);
  assert.equal(code, "busy");
  assert.match(message, /too many tokens were refused; try again in \d+ s/);
  assert.equal(await statusOf(bearer(cid)), 429);
  assert.equal(await statusOf({ headers: cookie }), 200);
  assert.equal(await statusOf(bearer(bob)), 200);
  const page = await world.ask("/");
  assert.equal(page.status, 200);
  await page.body?.cancel();
});

Deno.test("a made-up token is not taken for proven by answers that the gateway gives itself", async () => {
  await using world = await startGatewayWorld({
    server: { isTokenRequired: true },
    trustedAddresses: "none",
  });
  const answers: readonly (readonly [string, string])[] = [
    ["OPTIONS", "/api/tus/"],
    ["HEAD", "/api/events"],
  ];
  const statuses = [];
  for (let n = 0; n < 8; n++) {
    for (const [method, path] of answers) {
      const headers = { Authorization: "Bearer made-up", "Tus-Resumable": "1.0.0" };
      const response = await world.ask(path, { method, headers });
      statuses.push(response.status);
      await response.body?.cancel();
    }
  }
  assert.equal(statuses[0], 401);
  assert.equal(statuses.at(-1), 429);
});

Deno.test("tokens that are made up push none out that was accepted", async () => {
  await using world = await startGatewayWorld({
    server: { isTokenRequired: true },
    trustedAddresses: "none",
    limits: { bearers: { most: 2, keepMs: 600_000 } },
  });
  const store = new TokenStore(world.place.root.join(STATE_FOLDER));
  const good = store.create({
    name: "ann",
    role: "reader",
    base: ROOT_PATH,
    expiresAtMs: undefined,
  });
  const statusOf = async (token: string): Promise<number> => {
    const headers = { Authorization: `Bearer ${token}` };
    const response = await world.ask("/api/list?path=", { headers });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await statusOf(good), 200);
  const statuses = [];
  for (let n = 0; n < 8; n++) statuses.push(await statusOf(`made-up-${n}`));
  assert.deepEqual([statuses[0], statuses.at(-1)], [401, 429]);
  assert.equal(await statusOf(good), 200, "it is still known, so this address may use it");
});
