import assert from "node:assert/strict";
import { refusalOf, startGatewayWorld } from "./gateway_world.ts";

Deno.test("names are listed, made, renamed, deleted, restored and remembered through the API", async (t) => {
  await using world = await startGatewayWorld();
  const get = async (address: string): Promise<Record<string, unknown>> =>
    await (await world.ask(address)).json();

  await t.step("mkdir", async () => {
    const made = await world.post("/api/mkdir", { path: "a/b", parents: true });
    assert.deepEqual([made.status, await made.json()], [201, { path: "a/b" }]);
    const taken = await refusalOf(await world.post("/api/mkdir", { path: "a" }));
    assert.deepEqual([taken.status, taken.code], [409, "already_exists"]);
  });

  await t.step("list, page by page", async () => {
    for (const name of ["a/1", "a/2", "a/3"]) {
      const put = await world.ask(`/api/files/${name}`, { method: "PUT", body: name });
      await put.body?.cancel();
    }
    const names: string[] = [];
    for (let after = "", hasMore = true; hasMore;) {
      const page = await (await world.ask(`/api/list?path=a&limit=2&after=${after}`)).json();
      for (const { name } of page.entries) names.push(name);
      ({ hasMore } = page);
      after = names.at(-1) ?? "";
    }
    assert.deepEqual(names, ["1", "2", "3", "b"]);
    assert.equal((await refusalOf(await world.ask("/api/list?path=none"))).code, "not_found");
    assert.equal((await refusalOf(await world.ask("/api/list?path=a/1"))).code, "not_a_folder");
    for (const limit of ["0", "2001", "-1", "x", "1.5"]) {
      const refused = await refusalOf(await world.ask(`/api/list?limit=${limit}`));
      assert.equal(refused.code, "invalid_request", limit);
    }
  });

  await t.step("stat and checksum", async () => {
    const stat = await get("/api/stat?path=a/1");
    assert.deepEqual([stat["kind"], stat["sizeBytes"]], ["file", 3]);
    const { digest } = await get("/api/checksum?path=a/1&algorithm=crc32");
    assert.match(String(digest), /^crc32:[0-9a-f]{8}$/);
    assert.equal(
      (await refusalOf(await world.ask("/api/checksum?path=a/1&algorithm=md5"))).status,
      400,
    );
  });

  await t.step("rename", async () => {
    const renamed = await world.post("/api/rename", { from: "a/1", to: "a/one" });
    assert.deepEqual(await renamed.json(), { from: "a/1", to: "a/one" });
    const taken = await refusalOf(await world.post("/api/rename", { from: "a/2", to: "a/one" }));
    assert.equal(taken.code, "already_exists");
  });

  await t.step("delete, trash, restore and empty", async () => {
    const removed = await (await world.ask("/api/files/a/one", { method: "DELETE" })).json();
    const { entries } = await (await world.ask("/api/trash")).json();
    assert.deepEqual([entries[0].id, entries[0].path], [removed.trashId, "a/one"]);
    const restored = await world.post("/api/trash/restore", { id: removed.trashId });
    assert.deepEqual(await restored.json(), { outcome: "created", path: "a/one" });
    const none = await refusalOf(await world.post("/api/trash/restore", { id: removed.trashId }));
    assert.equal(none.code, "not_found");
    await (await world.ask("/api/files/a/b", { method: "DELETE" })).body?.cancel();
    assert.deepEqual(await (await world.post("/api/trash/empty", {})).json(), { removed: 1 });
    const gone = await world.ask("/api/files/a/one?permanent=true", { method: "DELETE" });
    assert.deepEqual(await gone.json(), {});
    for (const bad of ["", ".sluice"]) {
      const refused = await world.ask(`/api/files/${bad}`, { method: "DELETE" });
      assert.ok(refused.status >= 400, bad);
      await refused.body?.cancel();
    }
  });

  await t.step("history and status", async () => {
    const status = await get("/api/status");
    assert.equal(status["server"], `127.0.0.1:${world.place.port}`);
    const page = await (await world.ask("/api/history?limit=2&pattern=a/")).json();
    assert.ok(page.records.length > 0 && page.records.length <= 2);
  });
});

Deno.test("GET /api/search streams what it finds and says how it ended", async () => {
  await using world = await startGatewayWorld();
  for (let at = 0; at < 20; at++) await Deno.writeTextFile(world.place.root.join(`f${at}.txt`), "");
  const search = async (query: string): Promise<readonly Record<string, unknown>[]> => {
    const text = await (await world.ask(`/api/search?${query}`)).text();
    return text.trimEnd().split("\n").map((line) => JSON.parse(line));
  };
  const all = await search("pattern=*.txt");
  assert.equal(all.length, 21);
  assert.deepEqual(all.at(-1), { end: { found: 20, isCut: false } });
  const some = await search("pattern=f1&limit=3");
  assert.deepEqual(some.at(-1), { end: { found: 3, isCut: true } });
  assert.deepEqual(await search("pattern=nothing"), [{ end: { found: 0, isCut: false } }]);
  assert.equal((await refusalOf(await world.ask("/api/search?path=none"))).code, "not_found");
});

Deno.test("a folder of many entries is read page by page, and a search of it can be left", async () => {
  await using world = await startGatewayWorld();
  const folder = world.place.root.join("many");
  await Deno.mkdir(folder);
  for (let at = 0; at < 2500; at++) Deno.writeFileSync(`${folder}/${at}`, new Uint8Array(0));
  const response = await world.ask("/api/search?path=many&limit=100000");
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  let count = 0;
  for (let after = "", hasMore = true; hasMore;) {
    const page = await (await world.ask(`/api/list?path=many&limit=2000&after=${after}`)).json();
    count += page.entries.length;
    ({ hasMore } = page);
    after = page.entries.at(-1)?.name;
  }
  assert.equal(count, 2500);
});

Deno.test("an archive holds a folder, or what was chosen, and its name is right", async () => {
  await using world = await startGatewayWorld();
  const { root } = world.place;
  await Deno.mkdir(root.join("f", "sub"), { recursive: true });
  await Deno.writeTextFile(root.join("f", "one.txt"), "1");
  await Deno.writeTextFile(root.join("f", "two.txt"), "2");
  await Deno.writeTextFile(root.join("f", "sub", "three.txt"), "3");
  const namesIn = async (response: Response): Promise<readonly string[]> => {
    assert.equal(response.status, 200);
    const file = root.join("..", `${crypto.randomUUID()}.zip`);
    await Deno.writeFile(file, new Uint8Array(await response.arrayBuffer()));
    const { stdout } = await new Deno.Command("unzip", { args: ["-Z1", file] }).output();
    await Deno.remove(file);
    return new TextDecoder().decode(stdout).trim().split("\n").sort();
  };
  const whole = await world.ask("/api/archive?path=f");
  assert.match(whole.headers.get("content-disposition") ?? "", /filename="f\.zip"/);
  assert.deepEqual(await namesIn(whole), [
    "f/",
    "f/one.txt",
    "f/sub/",
    "f/sub/three.txt",
    "f/two.txt",
  ]);
  const chosen = await world.ask("/api/archive?path=f/one.txt&path=f/sub&name=%F0%9F%A6%86.zip");
  assert.match(chosen.headers.get("content-disposition") ?? "", /UTF-8''%F0%9F%A6%86\.zip/);
  assert.deepEqual(await namesIn(chosen), ["one.txt", "sub/", "sub/three.txt"]);
  const { url } = await (await world.post("/api/archive", { paths: ["f/one.txt", "f/two.txt"] }))
    .json();
  assert.deepEqual(await namesIn(await world.ask(url)), ["one.txt", "two.txt"]);
  assert.equal((await refusalOf(await world.ask(url))).code, "not_found");
  for (
    const [query, code] of [
      ["", "invalid_request"],
      ["path=none", "not_found"],
      ["path=f/one.txt&path=none", "invalid_request"],
      ["path=f/one.txt&path=f/none", "not_found"],
      ["path=../up", "invalid_name"],
    ]
  ) {
    const refused = await refusalOf(await world.ask(`/api/archive?${query}`));
    assert.equal(refused.code, code, query);
  }
});

Deno.test("calls answer 502 while the file server is gone", async () => {
  await using world = await startGatewayWorld();
  await world.place.server.stop();
  const gone = await refusalOf(await world.ask("/api/list"));
  assert.deepEqual([gone.status, gone.code], [502, "unreachable"]);
  const put = await refusalOf(await world.ask("/api/files/x", { method: "PUT", body: "x" }));
  assert.deepEqual([put.status, put.code], [502, "unreachable"]);
});
