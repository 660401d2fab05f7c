import assert from "node:assert/strict";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { ROOT_PATH } from "#protocol/remote_path.ts";
import { TokenStore } from "#server/access/token_store.ts";
import { type GatewayWorld, refusalOf, startGatewayWorld } from "./gateway_world.ts";
import { curl } from "./curl.ts";

/** Asks with headers that fetch would not let a program set. */
async function askAs(
  world: GatewayWorld,
  address: string,
  headers: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): Promise<{ readonly status: number; readonly text: string }> {
  const flags = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const { stdout } = await curl(["-i", ...flags, ...more, `${world.url}${address}`]);
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(stdout)?.[1]), text: stdout };
}

Deno.test("a foreign Host is refused, for the page and for the API (DNS rebinding)", async () => {
  await using world = await startGatewayWorld();
  for (const address of ["/", "/api/list", "/api/events"]) {
    for (const Host of ["evil.example", `evil.example:${world.gateway.port}`, "127.0.0.1:1"]) {
      const { status, text } = await askAs(world, address, { Host });
      assert.equal(status, 421, `${address} ${Host}`);
      assert.match(text, /permission_denied/);
    }
  }
  const own = await askAs(world, "/api/list", { Host: `localhost:${world.gateway.port}` });
  assert.equal(own.status, 200);
});

Deno.test("a foreign Origin or Sec-Fetch-Site is refused wherever the API is asked (CSRF)", async () => {
  await using world = await startGatewayWorld();
  await Deno.writeTextFile(world.place.root.join("kept"), "kept");
  const foreign: readonly Readonly<Record<string, string>>[] = [
    { Origin: "http://evil.example" },
    { Origin: "null" },
    { Origin: world.url.replace("http:", "https:") },
    { Origin: `${world.url}.evil.example` },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
  ];
  const calls: readonly (readonly [string, readonly string[]])[] = [
    ["/api/files/kept", ["-X", "DELETE"]],
    ["/api/files/new", ["-X", "PUT", "-d", "x"]],
    ["/api/tus/", ["-X", "POST"]],
    ["/api/events", []],
    ["/api/list", []],
  ];
  for (const headers of foreign) {
    for (const [address, more] of calls) {
      const { status } = await askAs(world, address, headers, more);
      assert.equal(status, 403, `${JSON.stringify(headers)} ${address}`);
    }
  }
  assert.deepEqual(
    (await Array.fromAsync(Deno.readDir(world.place.root.path))).map(({ name }) => name).sort(),
    [".sluice", "kept"],
  );
  const own = { Origin: world.url, "Sec-Fetch-Site": "same-origin" };
  assert.equal((await askAs(world, "/api/files/kept", own, ["-X", "DELETE"])).status, 200);
});

Deno.test("what a form of another site could send is not taken for JSON", async () => {
  await using world = await startGatewayWorld();
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
    const response = await world.ask("/api/mkdir", {
      method: "POST",
      headers: { "Content-Type": type },
      body: JSON.stringify({ path: "made" }),
    });
    assert.equal((await refusalOf(response)).status, 415);
  }
});

Deno.test("JSON that is too long, too deep, no JSON or not of the shape is refused", async () => {
  await using world = await startGatewayWorld();
  const send = (body: string): Promise<Response> =>
    world.ask("/api/mkdir", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    });
  const cases: readonly (readonly [string, number, string])[] = [
    [JSON.stringify({ path: "x".repeat(70_000) }), 413, "too_large"],
    ["[".repeat(60_000), 400, "invalid_request"],
    ["{", 400, "invalid_request"],
    ["\xff\xfe", 400, "invalid_request"],
    ['{"path": 1}', 400, "invalid_request"],
    ['{"__proto__": {"path": "a"}}', 400, "invalid_request"],
    ['{"path": "../up"}', 400, "invalid_name"],
    ['{"path": "\\ud800"}', 400, "invalid_name"],
    ['{"path": ".sluice/x"}', 400, "invalid_name"],
  ];
  for (const [body, status, code] of cases) {
    const refused = await refusalOf(await send(body));
    assert.deepEqual([refused.status, refused.code], [status, code], body.slice(0, 40));
    assert.doesNotMatch(refused.message, /\/tmp|\.ts|\n\s+at /);
  }
});

Deno.test("headers that are too long are refused", async () => {
  await using world = await startGatewayWorld();
  const headers = { "X-Long": "x".repeat(40_000) };
  assert.equal((await refusalOf(await world.ask("/api/list", { headers }))).status, 431);
});

Deno.test("the page has a strict policy, and every answer is kept from being mistaken", async () => {
  await using world = await startGatewayWorld();
  const page = await world.ask("/");
  assert.equal(page.status, 200);
  assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
  const policy = page.headers.get("content-security-policy") ?? "";
  for (
    const rule of [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ]
  ) assert.ok(policy.includes(rule), rule);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\*|http/);
  await page.body?.cancel();
  for (const address of ["/", "/lib/tus.js", "/api/list", "/api/stat?path=none", "/none"]) {
    const { headers, body } = await world.ask(address);
    await body?.cancel();
    assert.equal(headers.get("x-content-type-options"), "nosniff", address);
    assert.equal(headers.get("referrer-policy"), "no-referrer", address);
    assert.equal(headers.get("cross-origin-opener-policy"), "same-origin", address);
    assert.equal(headers.get("cross-origin-resource-policy"), "same-origin", address);
    assert.equal(headers.get("access-control-allow-origin"), null, address);
    assert.ok(headers.has("content-security-policy"), address);
  }
});

Deno.test("files of the page and kept packages are served, and nothing beside them", async () => {
  await using world = await startGatewayWorld();
  for (const name of ["tus.js", "preact.js", "htm.js", "xxhash128.js"]) {
    const first = await world.ask(`/lib/${name}`);
    assert.equal(first.status, 200, name);
    assert.match(first.headers.get("content-type") ?? "", /^text\/javascript/);
    const tag = first.headers.get("etag") ?? "";
    await first.body?.cancel();
    const again = await world.ask(`/lib/${name}`, { headers: { "If-None-Match": tag } });
    assert.equal(again.status, 304);
  }
  for (
    const address of ["/lib/none.js", "/page/..%2fmain.ts", "/page/%2e%2e/main.ts", "/main.ts"]
  ) {
    const response = await world.ask(address);
    assert.equal(response.status, 404, address);
    await response.body?.cancel();
  }
});

Deno.test("500 files dropped at once all arrive", async () => {
  await using world = await startGatewayWorld();
  const names = Array.from({ length: 500 }, (_, at) => `dropped/${at}.txt`);
  const lanes = Array.from({ length: 6 }, async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const response = await world.ask(`/api/files/${name}`, { method: "PUT", body: name });
      assert.equal(response.status, 201, await response.text());
    }
  });
  await Promise.all(lanes);
  const { entries } = await (await world.ask("/api/list?path=dropped")).json();
  assert.equal(entries.length, 500);
});

Deno.test("behind a proxy the public address is the gateway's own, with a Secure cookie", async () => {
  await using world = await startGatewayWorld({
    server: { isTokenRequired: true },
    publicOrigin: "https://files.example",
  });
  const store = new TokenStore(world.place.root.join(STATE_FOLDER));
  const token = store.create({
    name: "ann",
    role: "reader",
    base: ROOT_PATH,
    expiresAtMs: undefined,
  });
  const Origin = "https://files.example";
  const own = `127.0.0.1:${world.gateway.port}`;
  const logIn = (headers: Readonly<Record<string, string>>): ReturnType<typeof askAs> =>
    askAs(world, "/api/session", { "Content-Type": "application/json", ...headers }, [
      "-d",
      JSON.stringify({ token }),
    ]);
  for (const Host of ["files.example", own]) {
    const { status, text } = await logIn({ Host, Origin, "Sec-Fetch-Site": "same-origin" });
    assert.equal(status, 201, Host);
    assert.match(text, /^set-cookie: .*; HttpOnly; Secure; SameSite=Strict\r$/im);
  }
  const refused: readonly (readonly [number, Readonly<Record<string, string>>])[] = [
    [403, { Host: "files.example", Origin: "http://files.example" }],
    [403, { Host: "files.example", Origin: "https://evil.example" }],
    [403, { Host: own, Origin: "https://files.example.evil.example" }],
    [421, { Host: "evil.example", Origin }],
  ];
  for (const [status, headers] of refused) {
    assert.equal((await logIn(headers)).status, status, JSON.stringify(headers));
  }
});
