import assert from "node:assert/strict";
import { startGatewayWorld } from "./gateway_world.ts";
import { STRANGE_NAMES } from "./strange_names.ts";
import { curl } from "./curl.ts";

const TEXT = "0123456789";

Deno.test("GET /api/files/ answers ranges and conditions to curl as RFC 9110 says", async (t) => {
  await using world = await startGatewayWorld();
  const { root } = world.place;
  const address = "/api/files/digits.txt";
  const url = `${world.url}${address}`;
  await curl(["-T", "-", url], TEXT);
  const first = await world.ask(address);
  const tag = first.headers.get("etag") ?? "";
  assert.equal(await first.text(), TEXT);

  await t.step("the whole, with its length, name and times", () => {
    assert.equal(first.status, 200);
    assert.match(tag, /^"xxh128:/);
    assert.equal(first.headers.get("content-length"), "10");
    assert.equal(first.headers.get("accept-ranges"), "bytes");
    assert.match(first.headers.get("content-disposition") ?? "", /^attachment; filename="digits/);
    assert.match(first.headers.get("last-modified") ?? "", /GMT$/);
  });

  await t.step("the digest and the version are tags of the same file", async () => {
    const { version } = await (await world.ask("/api/stat?path=digits.txt")).json();
    for (const known of [tag, `"v:${version}"`]) {
      const same = await world.ask(address, { headers: { "If-None-Match": known } });
      assert.equal(same.status, 304, known);
      assert.equal(await same.text(), "");
      const part = await world.ask(address, { headers: { "If-Range": known, Range: "bytes=2-3" } });
      assert.equal(part.status, 206, known);
      assert.equal(await part.text(), "23");
    }
  });

  await t.step("a file that was changed from outside has its version as its tag", async () => {
    await Deno.writeTextFile(root.join("outside.txt"), TEXT);
    const head = await world.ask("/api/files/outside.txt", { method: "HEAD" });
    assert.match(head.headers.get("etag") ?? "", /^"v:/);
  });

  await t.step("one range", async () => {
    for (
      const [range, text] of [["0-0", "0"], ["7-", "789"], ["-2", "89"], ["0-", TEXT]] as const
    ) {
      const { stdout, code } = await curl(["-r", range, url]);
      assert.deepEqual([code, stdout], [0, text], range);
    }
    const part = await world.ask(address, { headers: { Range: "bytes=2-4" } });
    assert.equal(part.headers.get("content-range"), "bytes 2-4/10");
    assert.equal(part.headers.get("content-length"), "3");
    await part.body?.cancel();
  });

  await t.step("several ranges as the whole, and none past the end", async () => {
    const several = await world.ask(address, { headers: { Range: "bytes=0-1,4-5" } });
    assert.deepEqual([several.status, await several.text()], [200, TEXT]);
    const past = await world.ask(address, { headers: { Range: "bytes=10-" } });
    assert.equal(past.status, 416);
    assert.equal(past.headers.get("content-range"), "bytes */10");
    assert.equal((await past.json()).error.code, "offset_out_of_range");
  });

  await t.step("If-Range of another version gives the whole", async () => {
    const headers = { "If-Range": '"v:other"', Range: "bytes=2-3" };
    const whole = await world.ask(address, { headers });
    assert.deepEqual([whole.status, await whole.text()], [200, TEXT]);
  });

  await t.step("If-Match of another version is refused", async () => {
    const refused = await world.ask(address, { headers: { "If-Match": '"v:other"' } });
    assert.equal(refused.status, 412);
    assert.equal((await refused.json()).error.code, "file_changed");
  });

  await t.step("curl -C - goes on where an earlier download ended", async () => {
    const target = root.join("part");
    await Deno.writeTextFile(target, TEXT.slice(0, 4));
    const { code } = await curl(["-C", "-", "-o", target, url]);
    assert.equal(code, 0);
    assert.equal(await Deno.readTextFile(target), TEXT);
  });

  await t.step("curl -J -O saves under the name", async () => {
    const { code } = await curl(["-J", "-O", "--output-dir", root.path, "--create-dirs", url]);
    // It never replaces a file that is there.
    assert.equal(code, 23);
  });
});

Deno.test("HEAD describes what GET sends, and tells the code of a refusal", async () => {
  await using world = await startGatewayWorld();
  await Deno.writeTextFile(world.place.root.join("a.txt"), TEXT);
  await Deno.mkdir(world.place.root.join("folder"));
  const { stdout, code } = await curl(["-I", `${world.url}/api/files/a.txt`]);
  assert.equal(code, 0);
  assert.match(stdout, /^HTTP\/1\.1 200/);
  assert.match(stdout, /content-length: 10/i);
  for (
    const [name, status, error] of [["none", 404, "not_found"], ["folder", 409, "is_a_folder"]]
  ) {
    const refused = await world.ask(`/api/files/${name}`, { method: "HEAD" });
    assert.equal(refused.status, status);
    assert.equal(refused.headers.get("sluice-error"), error);
  }
});

Deno.test("GET /api/files/ sends a file of 0 bytes, and no range of it", async () => {
  await using world = await startGatewayWorld();
  await Deno.writeTextFile(world.place.root.join("empty"), "");
  const whole = await world.ask("/api/files/empty");
  assert.deepEqual([whole.status, await whole.text()], [200, ""]);
  assert.equal(whole.headers.get("content-length"), "0");
  const part = await world.ask("/api/files/empty", { headers: { Range: "bytes=0-" } });
  assert.equal(part.status, 416);
  await part.body?.cancel();
});

Deno.test("GET /api/files/ is not compressed, so that lengths and tags hold", async () => {
  await using world = await startGatewayWorld();
  await Deno.writeTextFile(world.place.root.join("long.txt"), "sluice ".repeat(10_000));
  const { stdout } = await curl([
    "-s",
    "-D",
    "-",
    "-o",
    "/dev/null",
    "-H",
    "Accept-Encoding: gzip, br",
    `${world.url}/api/files/long.txt`,
  ]);
  assert.match(stdout, /content-length: 70000/i);
  assert.doesNotMatch(stdout, /content-encoding|etag: W/i);
});

Deno.test("each strange name goes up, comes down and is named right", async () => {
  await using world = await startGatewayWorld();
  for (const name of STRANGE_NAMES) {
    const address = `/api/files/names/${encodeURIComponent(name)}`;
    const put = await world.ask(address, { method: "PUT", body: name });
    assert.equal(put.status, 201, name);
    assert.equal((await put.json()).path, `names/${name}`);
    const got = await world.ask(address);
    assert.equal(await got.text(), name);
    const disposition = got.headers.get("content-disposition") ?? "";
    const [, exact = ""] = /filename\*=UTF-8''(\S+)$/.exec(disposition) ?? [];
    assert.equal(decodeURIComponent(exact), name);
  }
  const { entries } = await (await world.ask("/api/list?path=names")).json();
  assert.deepEqual(
    entries.map(({ name }: { name: string }) => name),
    STRANGE_NAMES.toSorted(),
  );
});

Deno.test("a preview shows text as text, media as it is, and everything else not at all", async () => {
  await using world = await startGatewayWorld();
  const expected: Readonly<Record<string, readonly [string, string]>> = {
    "page.html": ["text/plain; charset=utf-8", "inline"],
    "script.js": ["text/plain; charset=utf-8", "inline"],
    "image.png": ["image/png", "inline"],
    "film.mp4": ["video/mp4", "inline"],
    "drawing.svg": ["image/svg+xml", "attachment"],
    "paper.pdf": ["application/pdf", "attachment"],
    "unknown": ["application/octet-stream", "attachment"],
  };
  for (const [name, [type, how]] of Object.entries(expected)) {
    await Deno.writeTextFile(world.place.root.join(name), "<script>alert(1)</script>");
    const shown = await world.ask(`/api/preview/${name}`, { headers: { Range: "bytes=0-7" } });
    assert.equal(shown.status, 206, name);
    assert.equal(await shown.text(), "<script>");
    assert.equal(shown.headers.get("content-type"), type, name);
    assert.ok(shown.headers.get("content-disposition")?.startsWith(how), name);
    assert.equal(shown.headers.get("x-content-type-options"), "nosniff");
    assert.match(shown.headers.get("content-security-policy") ?? "", /default-src 'none'.*sandbox/);
  }
});

Deno.test("a download that its reader leaves gives the file server's worker back", async () => {
  await using world = await startGatewayWorld({ limits: { transfers: 1 } });
  const file = await Deno.open(world.place.root.join("big"), { write: true, create: true });
  await file.truncate(64 * 1024 * 1024);
  file.close();
  for (let round = 0; round < 3; round++) {
    const response = await fetch(`${world.url}/api/files/big`);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    // The only slot must come back, but nothing says when the gateway has seen that its reader left.
    for (;;) {
      const next = await world.ask("/api/files/big", { headers: { Range: "bytes=0-0" } });
      await next.body?.cancel();
      if (next.status === 206) break;
      assert.equal(next.status, 503);
    }
  }
});

Deno.test("a file that changes while it is sent breaks the download off", async () => {
  await using world = await startGatewayWorld({
    server: { throttle: { rate: 8_000_000, chunkBytes: 64 * 1024 } },
  });
  const path = world.place.root.join("changing");
  const file = await Deno.open(path, { write: true, create: true });
  // At the server's rate it would take ten minutes.
  await file.truncate(5_000_000_000);
  file.close();
  const response = await world.ask("/api/files/changing");
  const reader = response.body?.getReader();
  await reader?.read();
  await Deno.writeTextFile(path, "another");
  await assert.rejects(async () => {
    for (;;) if ((await reader?.read())?.done) return;
  });
});
