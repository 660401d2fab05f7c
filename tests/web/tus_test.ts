import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { createDigester } from "#protocol/digest.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { type GatewayWorld, startGatewayWorld } from "./gateway_world.ts";
import { startTusUpload } from "./tus_upload.ts";

const BYTES = randomBytes(3 * 1024 * 1024);
/** More than sockets hold on the way, so that an upload of it can be cut in its middle. */
const LARGE = randomBytes(24 * 1024 * 1024);
const SLOW = { throttle: { rate: 12_000_000, chunkBytes: 64 * 1024 } };
const encode = (text: string): string => btoa(text);
const TUS = { "Tus-Resumable": "1.0.0" };

/** Makes an upload, and gives its address. */
async function create(
  world: GatewayWorld,
  sizeBytes: number,
  metadata: Readonly<Record<string, string>>,
): Promise<string> {
  const response = await world.ask("/api/tus/", {
    method: "POST",
    headers: {
      ...TUS,
      "Upload-Length": String(sizeBytes),
      "Upload-Metadata": Object.entries(metadata).map(([key, text]) => `${key} ${encode(text)}`)
        .join(","),
    },
  });
  assert.equal(response.status, 201, await response.text());
  return response.headers.get("location") ?? "";
}

function patch(
  world: GatewayWorld,
  address: string,
  offset: number,
  body: Uint8Array<ArrayBuffer>,
): Promise<Response> {
  return world.ask(address, {
    method: "PATCH",
    headers: {
      ...TUS,
      "Upload-Offset": String(offset),
      "Content-Type": "application/offset+octet-stream",
    },
    body,
  });
}

async function digestOf(bytes: Uint8Array): Promise<string> {
  const digester = await createDigester("xxh128");
  digester.update(bytes);
  return digester.digest();
}

Deno.test("tus-js-client uploads a file, in one piece and in many", async () => {
  await using world = await startGatewayWorld();
  const whole = startTusUpload({ url: world.url, bytes: BYTES, metadata: { path: "a/whole.bin" } });
  const header = await whole.finished;
  assert.equal(header("Sluice-Outcome"), "created");
  assert.equal(decodeURIComponent(header("Sluice-Path") ?? ""), "a/whole.bin");
  assert.equal(header("Sluice-Digest"), await digestOf(BYTES));
  const pieces = startTusUpload({
    url: world.url,
    bytes: BYTES,
    metadata: { path: "a/pieces.bin", modifiedAtMs: "1700000000000" },
    more: { chunkSize: 300_000, uploadDataDuringCreation: true },
  });
  await pieces.finished;
  for (const name of ["whole.bin", "pieces.bin"]) {
    assert.deepEqual(await Deno.readFile(world.place.root.join("a", name)), BYTES);
  }
  const { mtime } = await Deno.stat(world.place.root.join("a", "pieces.bin"));
  assert.equal(mtime?.getTime(), 1_700_000_000_000);
});

Deno.test("tus-js-client uploads a file of 0 bytes and one with a strange name", async () => {
  await using world = await startGatewayWorld();
  const empty = startTusUpload({
    url: world.url,
    bytes: new Uint8Array(0),
    metadata: { filename: "empty" },
  });
  await empty.finished;
  assert.equal((await Deno.stat(world.place.root.join("empty"))).size, 0);
  const path = "🦆/<img src=x onerror=alert(1)>\r\n.html";
  await startTusUpload({ url: world.url, bytes: BYTES.subarray(0, 10), metadata: { path } })
    .finished;
  assert.equal((await Deno.stat(world.place.root.join(path))).size, 10);
});

Deno.test("tus-js-client goes on with an upload that was interrupted", async () => {
  await using world = await startGatewayWorld({ server: SLOW });
  const first = startTusUpload({ url: world.url, bytes: LARGE, metadata: { path: "cut.bin" } });
  await first.sent(1024 * 1024);
  await first.abort();
  const uploadUrl = first.upload.url ?? "";
  const second = startTusUpload({ url: world.url, bytes: LARGE, uploadUrl });
  const header = await second.finished;
  assert.equal(header("Sluice-Outcome"), "created");
  assert.deepEqual(await Deno.readFile(world.place.root.join("cut.bin")), LARGE);
});

Deno.test("tus-js-client ends an upload, and nothing of it stays", async () => {
  await using world = await startGatewayWorld({ server: SLOW });
  const run = startTusUpload({ url: world.url, bytes: LARGE, metadata: { path: "gone.bin" } });
  await run.sent(1024 * 1024);
  const { url } = run.upload;
  await run.abort(true);
  const uploads = world.place.root.join(".sluice", "uploads");
  assert.deepEqual(await Array.fromAsync(Deno.readDir(uploads)), []);
  const head = await fetch(url ?? "", { method: "HEAD", headers: TUS });
  assert.equal(head.status, 404);
  assert.equal(head.headers.get("sluice-error"), "session_not_found");
});

Deno.test("a tus upload tells its offset and the digest of what the server has", async () => {
  await using world = await startGatewayWorld();
  const address = await create(world, 10, { path: "offset.txt" });
  const bytes = new TextEncoder().encode("0123456789");
  const patched = await patch(world, address, 0, bytes.slice(0, 4));
  assert.deepEqual([patched.status, patched.headers.get("upload-offset")], [204, "4"]);
  const head = await world.ask(address, { method: "HEAD", headers: TUS });
  assert.equal(head.headers.get("upload-offset"), "4");
  assert.equal(head.headers.get("upload-length"), "10");
  assert.equal(head.headers.get("sluice-prefix-digest"), await digestOf(bytes.subarray(0, 4)));
  assert.equal(head.headers.get("access-control-allow-origin"), null);
  const wrong = await patch(world, address, 5, bytes.slice(5));
  assert.equal(wrong.status, 409);
  assert.equal((await wrong.json()).error.code, "offset_out_of_range");
  const much = await patch(world, address, 4, new Uint8Array(100));
  assert.equal(much.status, 413);
  assert.equal((await much.json()).error.code, "too_large");
  const last = await patch(world, address, 4, bytes.slice(4));
  assert.deepEqual([last.status, last.headers.get("sluice-outcome")], [204, "created"]);
  // Whoever missed that answer asks again.
  const again = await world.ask(address, { method: "HEAD", headers: TUS });
  assert.equal(again.headers.get("upload-offset"), "10");
  assert.equal(again.headers.get("sluice-outcome"), "created");
});

Deno.test("a file can be uploaded again after it was deleted", async () => {
  await using world = await startGatewayWorld();
  const bytes = new TextEncoder().encode("twice");
  for (let round = 0; round < 2; round++) {
    const address = await create(world, bytes.length, { path: "twice" });
    const answer = await patch(world, address, 0, bytes);
    assert.deepEqual([answer.status, answer.headers.get("sluice-outcome")], [204, "created"]);
    await Deno.remove(world.place.root.join("twice"));
  }
});

Deno.test("a taken name is refused before any byte is sent, and by policy", async () => {
  await using world = await startGatewayWorld();
  await Deno.writeTextFile(world.place.root.join("taken"), "old");
  for (const onConflict of ["error", "skip"]) {
    const refused = await world.ask("/api/tus/", {
      method: "POST",
      headers: {
        ...TUS,
        "Upload-Length": "3",
        "Upload-Metadata": `path ${encode("taken")},onConflict ${encode(onConflict)}`,
      },
    });
    assert.equal(refused.status, 409);
    assert.equal((await refused.json()).error.code, "already_exists");
  }
  const bytes = new TextEncoder().encode("new");
  const renamed = await create(world, 3, { path: "taken", onConflict: "rename" });
  const answer = await patch(world, renamed, 0, bytes);
  assert.equal(decodeURIComponent(answer.headers.get("sluice-path") ?? ""), "taken (1)");
  const replaced = await create(world, 3, { path: "taken", onConflict: "overwrite" });
  assert.equal((await patch(world, replaced, 0, bytes)).headers.get("sluice-outcome"), "replaced");
});

Deno.test("what is no tus request is refused in the gateway's own words", async () => {
  await using world = await startGatewayWorld();
  const post = (headers: Record<string, string>): Promise<Response> =>
    world.ask("/api/tus/", { method: "POST", headers });
  const cases: readonly (readonly [Promise<Response>, number, string])[] = [
    [post({}), 412, "invalid_request"],
    [post({ ...TUS }), 400, "invalid_request"],
    [post({ ...TUS, "Upload-Length": "-1" }), 400, "invalid_request"],
    [post({ ...TUS, "Upload-Length": "9".repeat(30) }), 400, "invalid_request"],
    [post({ ...TUS, "Upload-Length": "1" }), 400, "invalid_request"],
    [post({ ...TUS, "Upload-Length": "1", "Upload-Metadata": "path !!" }), 400, "invalid_request"],
    [
      post({ ...TUS, "Upload-Length": "1", "Upload-Metadata": `path ${encode("../up")}` }),
      400,
      "invalid_name",
    ],
    [world.ask("/api/tus/none", { method: "DELETE", headers: TUS }), 404, "session_not_found"],
    [world.ask("/api/tus/none"), 405, "invalid_request"],
  ];
  for (const [asked, status, code] of cases) {
    const response = await asked;
    assert.deepEqual([response.status, (await response.json()).error.code], [status, code]);
  }
});

Deno.test("an upload begun in the browser is finished by the client", async () => {
  await using world = await startGatewayWorld();
  const address = await create(world, BYTES.length, { path: "both.bin" });
  const head = BYTES.slice(0, 1024 * 1024);
  await (await patch(world, address, 0, head)).body?.cancel();
  await (await world.ask(address, { method: "HEAD", headers: TUS })).body?.cancel();
  const local = world.place.root.join("..", `${crypto.randomUUID()}.bin`);
  await Deno.writeFile(local, BYTES);
  try {
    await world.gateway.stop();
    const server = { hostname: "127.0.0.1", port: world.place.port };
    await using client = new SluiceClient({ server });
    const result = await client.upload(local, "both.bin");
    assert.equal(result.resumedFromBytes, head.length);
    assert.deepEqual(await Deno.readFile(world.place.root.join("both.bin")), BYTES);
  } finally {
    await Deno.remove(local);
  }
});
