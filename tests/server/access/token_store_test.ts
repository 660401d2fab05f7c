import assert from "node:assert/strict";
import { isAccessToken } from "#protocol/access_token.ts";
import { ROOT_PATH } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { AccessControl } from "#server/access/access_control.ts";
import { TokenStore } from "#server/access/token_store.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";

const READER = { name: "ann", role: "reader", base: ROOT_PATH, expiresAtMs: undefined } as const;

function open(folder: TempFolder, isTokenRequired = false): AccessControl {
  const onTrouble = (error: unknown): void => assert.ok(error instanceof Error);
  return new AccessControl(folder.path, { isTokenRequired, onAsked: () => {}, onTrouble });
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SluiceError) return error.code;
    throw error;
  }
  return "done";
}

Deno.test("TokenStore gives a token once and keeps nothing that it could be found from", async () => {
  await using folder = await makeTempFolder();
  const store = new TokenStore(folder.path);
  const token = store.create(READER);
  assert.ok(isAccessToken(token));
  assert.deepEqual(store.list().map(({ name, role }) => [name, role]), [["ann", "reader"]]);
  for (const { name } of Deno.readDirSync(folder.path)) {
    const bytes = await Deno.readFile(folder.join(name));
    const text = new TextDecoder("latin1").decode(bytes);
    assert.ok(!text.includes(token.slice("sluice_".length, -8)), name);
  }
});

Deno.test("TokenStore has one living token of a name", async () => {
  await using folder = await makeTempFolder();
  const store = new TokenStore(folder.path);
  const first = store.create(READER);
  assert.equal(codeOf(() => store.create(READER)), "already_exists");
  store.revoke("ann");
  assert.equal(codeOf(() => store.revoke("ann")), "not_found");
  assert.notEqual(store.create(READER), first);
  assert.equal(store.list().length, 1);
});

Deno.test("AccessControl lets everybody in until the first token is made, then nobody without one", async () => {
  await using folder = await makeTempFolder();
  const control = open(folder);
  const anybody = control.admit(undefined);
  assert.deepEqual([anybody.role, control.isAsked], ["admin", false]);
  const store = new TokenStore(folder.path);
  const token = store.create(READER);
  control.refresh();
  assert.equal(control.lapseOf(anybody)?.code, "token_required");
  assert.equal(codeOf(() => control.admit(undefined)), "token_required");
  assert.equal(codeOf(() => control.admit("")), "token_required");
  assert.equal(codeOf(() => control.admit(`${token}x`)), "token_refused");
  assert.equal(control.admit(token).role, "reader");
  store.revoke("ann");
  control.refresh();
  assert.equal(codeOf(() => control.admit(undefined)), "token_required", "the last one is gone");
});

Deno.test("AccessControl gives the first token no more than it allows, from its first use on", async () => {
  await using folder = await makeTempFolder();
  const control = open(folder);
  assert.equal(control.admit("sluice_of_another_server").role, "admin", "nobody is asked");
  const token = new TokenStore(folder.path).create(READER);
  assert.equal(control.admit(token).role, "reader");
});

Deno.test("AccessControl knows a token that was made a moment ago, and forgets one that is revoked", async () => {
  await using folder = await makeTempFolder();
  const control = open(folder, true);
  const store = new TokenStore(folder.path);
  const token = store.create(READER);
  const access = control.admit(token);
  assert.equal(control.lapseOf(access), undefined);
  store.revoke("ann");
  control.refresh();
  assert.equal(control.lapseOf(access)?.code, "token_refused");
  assert.equal(codeOf(() => control.admit(token)), "token_refused");
});

Deno.test("AccessControl tells nobody why a token is refused", async () => {
  await using folder = await makeTempFolder();
  const control = open(folder);
  const store = new TokenStore(folder.path);
  const revoked = store.create(READER);
  store.revoke("ann");
  const expired = store.create({ ...READER, name: "bob", expiresAtMs: Date.now() - 1 });
  control.refresh();
  const messages = [revoked, expired, "sluice_", "what?"].map((token) => {
    try {
      control.admit(token);
    } catch (error) {
      return String(error);
    }
    return "let in";
  });
  assert.deepEqual(new Set(messages).size, 1);
  assert.match(messages[0] ?? "", /^SluiceError: Cannot serve you: .* is not accepted$/);
});

Deno.test("AccessControl lets nobody in, and says so, when the file with the tokens is damaged", async () => {
  await using folder = await makeTempFolder();
  const store = new TokenStore(folder.path);
  const token = store.create(READER);
  const path = folder.join("tokens");
  const whole = await Deno.readTextFile(path);
  for (
    const text of ["", "x", "x".repeat(36), whole.slice(0, -1), whole.replace("reader", "root")]
  ) {
    await Deno.writeTextFile(path, text);
    assert.equal(codeOf(() => open(folder).admit(token)), "token_refused", text);
    assert.equal(codeOf(() => open(folder).admit(undefined)), "token_required", text);
    assert.equal(
      codeOf(() => store.create({ ...READER, name: "bob" })),
      "internal",
      "nothing lost",
    );
  }
  await Deno.writeTextFile(path, whole);
  assert.equal(open(folder).admit(token).role, "reader");
});

Deno.test("TokenStore replaces its file as a whole, for its owner's eyes, and leaves nothing beside it", async () => {
  await using folder = await makeTempFolder();
  const store = new TokenStore(folder.path);
  store.create(READER);
  const before = await Deno.stat(folder.join("tokens"));
  store.create({ ...READER, name: "bob" });
  const after = await Deno.stat(folder.join("tokens"));
  assert.notEqual(after.ino, before.ino);
  if (Deno.build.os !== "windows") assert.equal((after.mode ?? 0) & 0o777, 0o600);
  const names = Array.from(Deno.readDirSync(folder.path), ({ name }) => name).sort();
  assert.deepEqual(names, ["lock", "tokens"]);
});

Deno.test("TokenStore says who is in the way when another server holds the folder's lock", async () => {
  await using folder = await makeTempFolder();
  const store = new TokenStore(folder.path, 1);
  using lock = await Deno.open(folder.join("lock"), { create: true, write: true });
  await lock.lock(true);
  assert.equal(codeOf(() => store.create(READER)), "busy");
  await lock.unlock();
  assert.equal(codeOf(() => store.create(READER)), "done");
});
