import assert from "node:assert/strict";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import type { AccessRole } from "#protocol/access_role.ts";
import { TokenStore } from "#server/access/token_store.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { until } from "#tests/server/until.ts";
import {
  type GatewayWorld,
  type GatewayWorldOptions,
  refusalOf,
  startGatewayWorld,
} from "./gateway_world.ts";

function startAsking(options: GatewayWorldOptions = {}): Promise<GatewayWorld> {
  return startGatewayWorld({ ...options, server: { isTokenRequired: true } });
}

function storeOf(world: GatewayWorld): TokenStore {
  return new TokenStore(world.place.root.join(STATE_FOLDER));
}

function makeToken(world: GatewayWorld, name: string, role: AccessRole, base = ""): string {
  const path = parseRemotePath(base);
  return storeOf(world).create({ name, role, base: path, expiresAtMs: undefined });
}

/** Logs in, and gives the headers of a browser that has. */
async function logIn(world: GatewayWorld, token: string): Promise<Record<string, string>> {
  const response = await world.post("/api/session", { token });
  assert.equal(response.status, 201, await response.clone().text());
  assert.ok(!(await response.text()).includes(token));
  const cookie = response.headers.get("set-cookie") ?? "";
  assert.match(
    cookie,
    /^sluice_session_\d+=[A-Za-z0-9_-]{43}; Max-Age=604800; Path=\/api; HttpOnly; SameSite=Strict$/,
  );
  return { Cookie: cookie.split(";", 1)[0] ?? "" };
}

Deno.test("a browser logs in with a token, acts with it, and logs out", async () => {
  await using world = await startAsking();
  await Deno.writeTextFile(world.place.root.join("hello.txt"), "hello");
  const page = await world.ask("/");
  assert.match(await page.text(), /<html/, "the page itself is for everybody");
  for (const path of ["/api/session", "/api/list", "/api/files/hello.txt"]) {
    const response = await world.ask(path);
    assert.equal(response.headers.get("www-authenticate"), 'Bearer realm="sluice"');
    const { status, code } = await refusalOf(response);
    assert.deepEqual([status, code], [401, "token_required"], path);
  }
  const headers = await logIn(world, makeToken(world, "ann", "reader"));
  const session = await (await world.ask("/api/session", { headers })).json();
  assert.deepEqual(session, { role: "reader", isSignedIn: true });
  assert.equal(await (await world.ask("/api/files/hello.txt", { headers })).text(), "hello");
  const put = await world.ask("/api/files/new", { method: "PUT", body: "x", headers });
  const refusal = await refusalOf(put);
  assert.deepEqual([refusal.status, refusal.code], [403, "permission_denied"]);
  const out = await world.ask("/api/session", { method: "DELETE", headers });
  assert.match(out.headers.get("set-cookie") ?? "", /^sluice_session_\d+=; Max-Age=0; Path=\/api/);
  await out.body?.cancel();
  assert.equal((await refusalOf(await world.ask("/api/list", { headers }))).code, "token_required");
});

Deno.test("a token that is refused gives no session, and no other one is touched", async () => {
  await using world = await startAsking();
  const token = makeToken(world, "ann", "reader");
  const headers = await logIn(world, token);
  const wrong = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
  for (const text of [wrong, "hello", makeToken(world, "bob", "reader") + "x"]) {
    const response = await world.post("/api/session", { token: text });
    assert.equal(response.headers.get("set-cookie"), null);
    const { status, code, message } = await refusalOf(response);
    assert.deepEqual([status, code], [401, "token_refused"]);
    assert.ok(!message.includes(text));
  }
  for (const body of [{}, { token: "" }, { token: 1 }, { token: "x".repeat(201) }]) {
    assert.equal((await refusalOf(await world.post("/api/session", body))).status, 400);
  }
  const foreign = await world.ask("/api/session", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Sec-Fetch-Site": "cross-site" },
    body: JSON.stringify({ token }),
  });
  assert.equal((await refusalOf(foreign)).status, 403);
  const response = await world.ask("/api/list", { headers });
  assert.equal(response.status, 200);
  await response.body?.cancel();
});

Deno.test("programs send their token as Authorization: Bearer, each with its own rights and place", async () => {
  await using world = await startAsking({ limits: { bearers: { most: 2, keepMs: 60_000 } } });
  await Deno.mkdir(world.place.root.join("sub"));
  const ask = (token: string, path: string, init: RequestInit = {}): Promise<Response> =>
    world.ask(path, { ...init, headers: { Authorization: `Bearer ${token}` } });
  const [ann, bob, cid] = [
    makeToken(world, "ann", "writer"),
    makeToken(world, "bob", "writer", "sub"),
    makeToken(world, "cid", "reader"),
  ];
  const put = await ask(bob, "/api/files/b.txt", { method: "PUT", body: "bob" });
  assert.equal(put.status, 201);
  await put.body?.cancel();
  assert.equal(await Deno.readTextFile(world.place.root.join("sub", "b.txt")), "bob");
  assert.equal(await (await ask(ann, "/api/files/sub/b.txt")).text(), "bob");
  assert.equal(await (await ask(cid, "/api/files/sub/b.txt")).text(), "bob");
  const names = async (token: string): Promise<string[]> => {
    const { entries } = await (await ask(token, "/api/list")).json();
    return entries.map(({ name }: { readonly name: string }) => name);
  };
  assert.deepEqual(await names(bob), ["b.txt"]);
  assert.deepEqual(await names(ann), ["sub"]);
  assert.equal((await refusalOf(await ask("sluice_x", "/api/list"))).code, "token_refused");
});

Deno.test("revoking a token ends its session and the event stream of its browser", async () => {
  await using world = await startAsking();
  const headers = await logIn(world, makeToken(world, "ann", "reader"));
  const events = await world.ask("/api/events", { headers });
  let text = "";
  const reading = (async (): Promise<void> => {
    for await (const piece of events.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece;
    }
  })();
  await until(() => text.includes('"isOnline":true'), "the first word");
  storeOf(world).revoke("ann");
  await withDeadline(reading, "the end of the stream");
  assert.match(text, /"isOnline":false,.*"code":"token_refused"/);
  assert.equal((await refusalOf(await world.ask("/api/list", { headers }))).code, "token_required");
});

Deno.test("sessions end when nobody uses them, when their time is over, and when there are too many", async () => {
  const sessions = { most: 2, idleMs: 3_600_000, lifeMs: 604_800_000 };
  await using world = await startAsking({ limits: { sessions } });
  const token = makeToken(world, "ann", "reader");
  const first = await logIn(world, token);
  const second = await logIn(world, token);
  const third = await logIn(world, token);
  const statusOf = async (headers: Record<string, string>): Promise<number> => {
    const response = await world.ask("/api/stat?path=", { headers });
    await response.body?.cancel();
    return response.status;
  };
  const all = await Promise.all([first, second, third].map(statusOf));
  assert.deepEqual(all, [401, 200, 200], "the one that was used longest ago is gone");

  await using brief = await startAsking({ limits: { sessions: { ...sessions, idleMs: 0 } } });
  const gone = await logIn(brief, makeToken(brief, "ann", "reader"));
  const response = await brief.ask("/api/list", { headers: gone });
  assert.equal((await refusalOf(response)).code, "token_required");
});

Deno.test("a session that nobody uses ends with its event stream", async () => {
  const sessions = { most: 2, idleMs: 500, lifeMs: 604_800_000 };
  await using world = await startAsking({ limits: { sessions } });
  const headers = await logIn(world, makeToken(world, "ann", "reader"));
  const events = await world.ask("/api/events", { headers });
  await withDeadline(events.text(), "the end of the event stream");
});

Deno.test("an upload of one visitor is not there for another", async () => {
  await using world = await startAsking();
  const [ann, bob] = await Promise.all(
    ["ann", "bob"].map((name) => logIn(world, makeToken(world, name, "writer"))),
  );
  const tus = { "Tus-Resumable": "1.0.0" };
  const created = await world.ask("/api/tus/", {
    method: "POST",
    headers: {
      ...tus,
      ...ann,
      "Upload-Length": "10",
      "Upload-Metadata": `path ${btoa("file")}`,
    },
  });
  assert.equal(created.status, 201, await created.text());
  const address = created.headers.get("location") ?? "";
  const head = async (headers: Record<string, string> | undefined): Promise<number> =>
    (await world.ask(address, { method: "HEAD", headers: { ...tus, ...headers } })).status;
  assert.equal(await head(bob), 404);
  assert.equal(await head({}), 401);
  assert.equal(await head(ann), 200);
});

Deno.test("where no token is asked for, nothing changes", async () => {
  await using world = await startGatewayWorld();
  const session = await (await world.ask("/api/session")).json();
  assert.deepEqual(session, { role: "admin", isSignedIn: false });
});
