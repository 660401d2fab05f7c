import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { withDeadline } from "#tests/support/deadline.ts";
import { curl } from "./curl.ts";
import { type GatewayWorld, refusalOf, startGatewayWorld } from "./gateway_world.ts";

const put = (world: GatewayWorld, address: string, body: string, headers = {}): Promise<Response> =>
  world.ask(address, { method: "PUT", body, headers });

Deno.test("PUT /api/files/ publishes by each conflict policy", async () => {
  await using world = await startGatewayWorld();
  const created = await put(world, "/api/files/a/b.txt", "one");
  assert.equal(created.status, 201);
  const { outcome, path, sizeBytes, digest } = await created.json();
  assert.deepEqual([outcome, path, sizeBytes], ["created", "a/b.txt", 3]);
  assert.match(digest, /^xxh128:/);
  assert.deepEqual(
    (({ status, code }): unknown[] => [status, code])(
      await refusalOf(await put(world, "/api/files/a/b.txt", "two")),
    ),
    [409, "already_exists"],
  );
  const replaced = await put(world, "/api/files/a/b.txt?onConflict=overwrite", "three");
  assert.deepEqual([replaced.status, (await replaced.json()).outcome], [200, "replaced"]);
  const renamed = await put(world, "/api/files/a/b.txt?onConflict=rename", "four");
  assert.deepEqual([renamed.status, (await renamed.json()).path], [201, "a/b (1).txt"]);
  const skipped = await put(world, "/api/files/a/b.txt?onConflict=skip", "five");
  assert.deepEqual([skipped.status, (await skipped.json()).outcome], [200, "skipped"]);
  const wrong = await put(world, "/api/files/a/b.txt?onConflict=maybe", "six");
  assert.equal((await refusalOf(wrong)).code, "invalid_request");
  assert.equal(await Deno.readTextFile(world.place.root.join("a", "b.txt")), "three");
});

Deno.test("PUT /api/files/ keeps If-None-Match, If-Match, Repr-Digest and Sluice-Modified", async () => {
  await using world = await startGatewayWorld();
  const sha = (text: string): string =>
    `sha-256=:${createHash("sha256").update(text).digest("base64")}:`;
  const address = "/api/files/kept";
  const first = await put(world, address, "one", {
    "If-None-Match": "*",
    "Repr-Digest": sha("one"),
    "Sluice-Modified": "1700000000000",
  });
  assert.equal(first.status, 201);
  assert.equal(
    (await first.json()).digest,
    `sha256:${createHash("sha256").update("one").digest("hex")}`,
  );
  const head = await world.ask(address, { method: "HEAD" });
  assert.equal(head.headers.get("last-modified"), "Tue, 14 Nov 2023 22:13:20 GMT");
  const taken = await put(world, `${address}?onConflict=overwrite`, "two", {
    "If-None-Match": "*",
  });
  assert.equal((await refusalOf(taken)).status, 412);
  const other = await put(world, address, "two", { "If-Match": '"v:other"' });
  assert.equal((await refusalOf(other)).status, 412);
  const none = await put(world, "/api/files/none", "two", { "If-Match": "*" });
  assert.equal((await refusalOf(none)).status, 412);
  const wrong = await put(world, `${address}?onConflict=overwrite`, "two", {
    "Repr-Digest": sha("x"),
  });
  assert.equal((await refusalOf(wrong)).status, 422);
  const right = await put(world, address, "two", { "If-Match": head.headers.get("etag") ?? "" });
  assert.deepEqual([right.status, (await right.json()).outcome], [200, "replaced"]);
});

Deno.test("PUT /api/files/ takes a body without a length from curl", async () => {
  await using world = await startGatewayWorld();
  const url = `${world.url}/api/files/piped.txt`;
  const { stdout, code } = await curl(["-T", "-", url], "from a pipe");
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).sizeBytes, 11);
  assert.equal(await Deno.readTextFile(world.place.root.join("piped.txt")), "from a pipe");
  const empty = await curl(["-T", "-", `${world.url}/api/files/empty`], "");
  assert.equal(JSON.parse(empty.stdout).sizeBytes, 0);
});

Deno.test("PUT /api/files/ refuses folders, root and names that break a rule", async () => {
  await using world = await startGatewayWorld();
  await Deno.mkdir(world.place.root.join("folder"));
  for (
    const [name, code] of [
      ["folder?onConflict=overwrite", "is_a_folder"],
      ["", "is_a_folder"],
      [".sluice/x", "invalid_name"],
      ["a%00b", "invalid_name"],
      ["a%5Cb", "invalid_name"],
      [`${"n".repeat(256)}`, "invalid_name"],
    ] as const
  ) {
    const refused = await refusalOf(await put(world, `/api/files/${name}`, "x"));
    assert.equal(refused.code, code, name);
  }
});

/** Sends raw bytes of a request, and gives what comes back up to the end of a JSON answer or the connection. */
async function sendRaw(world: GatewayWorld, text: string): Promise<string> {
  const { hostname, port } = world.gateway;
  using socket = await Deno.connect({ hostname, port });
  const request = text.replace("HOST", `${hostname}:${port}`).replaceAll("\n", "\r\n");
  await socket.write(new TextEncoder().encode(request));
  const buffer = new Uint8Array(64 * 1024);
  let answer = "";
  while (!/\r\n\r\n.*\}$/.test(answer)) {
    const read = await withDeadline(socket.read(buffer), "an answer");
    if (read === null) break;
    answer += new TextDecoder().decode(buffer.subarray(0, read));
  }
  return answer;
}

/** Sends the head of a request and 1 MiB behind it, and goes away when half of that is on the server's disk. */
async function sendAndVanish(world: GatewayWorld, head: string): Promise<void> {
  const { hostname, port } = world.gateway;
  using socket = await Deno.connect({ hostname, port });
  const request = head.replace("HOST", `${hostname}:${port}`).replaceAll("\n", "\r\n");
  await socket.write(new TextEncoder().encode(request));
  const bytes = new Uint8Array(1024 * 1024);
  for (let at = 0; at < bytes.length;) at += await socket.write(bytes.subarray(at));
  await eventually(async () => {
    const [upload] = await uploadsOf(world);
    return upload !== undefined && (await Deno.stat(upload)).size >= bytes.length / 2;
  });
}

/** Unfinished uploads on the file server's disk. */
async function uploadsOf(world: GatewayWorld): Promise<readonly string[]> {
  const folder = world.place.root.join(".sluice", "uploads");
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => `${folder}/${name}`);
}

async function eventually(isTrue: () => Promise<boolean>): Promise<void> {
  let isLate = false;
  const wait = async (): Promise<void> => {
    while (!isLate && !(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  try {
    await withDeadline(wait(), "what must become true");
  } finally {
    isLate = true;
  }
}

async function statusOf(world: GatewayWorld, address: string): Promise<number> {
  const response = await world.ask(address);
  await response.body?.cancel();
  return response.status;
}

Deno.test("an aborted upload publishes nothing, and another client can go on with it", async () => {
  await using world = await startGatewayWorld();
  const sizeBytes = 2 * 1024 * 1024;
  await sendAndVanish(
    world,
    `PUT /api/files/cut HTTP/1.1\nHost: HOST\nContent-Length: ${sizeBytes}\n\n`,
  );
  let found = { offsetBytes: 0, prefixDigest: "" };
  await eventually(async () => {
    const response = await world.post("/api/uploads", { path: "cut", sizeBytes });
    found = await response.json();
    return response.status === 200;
  });
  assert.ok(found.offsetBytes >= sizeBytes / 4, String(found.offsetBytes));
  assert.match(found.prefixDigest, /^xxh128:/);
  assert.equal(await statusOf(world, "/api/stat?path=cut"), 404);
});

Deno.test("an aborted upload of a small file leaves nothing", async () => {
  await using world = await startGatewayWorld();
  const { hostname, port } = world.gateway;
  {
    using socket = await Deno.connect({ hostname, port });
    const head =
      `PUT /api/files/cut HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: 9\r\n\r\nx`;
    await socket.write(new TextEncoder().encode(head));
    await eventually(async () => (await uploadsOf(world)).length === 1);
  }
  await eventually(async () => (await uploadsOf(world)).length === 0);
  assert.equal(await statusOf(world, "/api/stat?path=cut"), 404);
});

Deno.test("an aborted upload without a length publishes nothing and leaves nothing", async () => {
  await using world = await startGatewayWorld();
  const head = "PUT /api/files/cut HTTP/1.1\nHost: HOST\nTransfer-Encoding: chunked\n\n200000\n";
  await sendAndVanish(world, head);
  await eventually(async () => (await uploadsOf(world)).length === 0);
  assert.equal(await statusOf(world, "/api/stat?path=cut"), 404);
});

Deno.test("a huge Content-Length is refused, and one that lies publishes nothing", async () => {
  await using world = await startGatewayWorld({ limits: { bodyIdleMs: 300 } });
  const head = (name: string, length: string): string =>
    `PUT /api/files/${name} HTTP/1.1\nHost: HOST\nConnection: close\nContent-Length: ${length}\n\n`;
  assert.match(await sendRaw(world, `${head("huge", "9007199254740993")}x`), /^HTTP\/1\.1 413/);
  assert.match(await sendRaw(world, `${head("huge", "9".repeat(30))}x`), /^HTTP\/1\.1 400/);
  assert.match(await sendRaw(world, `${head("huge", "-1")}x`), /^HTTP\/1\.1 400/);
  const short = await sendRaw(world, `${head("lie", "10")}12345`);
  assert.match(short, /^HTTP\/1\.1 504[^]*"timeout"/);
  assert.match(await sendRaw(world, `${head("long", "3")}12345`), /^HTTP\/1\.1 201/);
  assert.equal(await Deno.readTextFile(world.place.root.join("long")), "123");
  assert.equal(await statusOf(world, "/api/stat?path=lie"), 404);
});

Deno.test("more transfers than are allowed are told busy, and when to come again", async () => {
  await using world = await startGatewayWorld({ limits: { transfers: 1 } });
  const { hostname, port } = world.gateway;
  using socket = await Deno.connect({ hostname, port });
  const head =
    `PUT /api/files/slow HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: 9\r\n\r\nx`;
  await socket.write(new TextEncoder().encode(head));
  await eventually(async () => {
    const refused = await put(world, "/api/files/other?onConflict=overwrite", "x");
    if (refused.status !== 503) {
      await refused.body?.cancel();
      return false;
    }
    assert.equal(refused.headers.get("retry-after"), "1");
    assert.equal((await refusalOf(refused)).code, "busy");
    return true;
  });
});

Deno.test("an upload is as slow as the file server's throttle wants", async () => {
  const rate = 4_000_000;
  await using world = await startGatewayWorld({
    server: { throttle: { rate, chunkBytes: 64 * 1024 } },
  });
  const startedMs = performance.now();
  const response = await world.ask("/api/files/slow", {
    method: "PUT",
    body: new Uint8Array(rate),
  });
  assert.equal(response.status, 201);
  await response.body?.cancel();
  const seconds = (performance.now() - startedMs) / 1000;
  assert.ok(seconds > 0.8, `${seconds} s`);
});
