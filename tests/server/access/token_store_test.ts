import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
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

Deno.test("AccessControl lets nobody in when the database with the tokens is lost", async () => {
  await using folder = await makeTempFolder();
  const store = new TokenStore(folder.path);
  const token = store.create(READER);
  for (const suffix of ["", "-wal", "-shm"]) {
    await Deno.remove(folder.join(`state.db${suffix}`)).catch(() => {});
  }
  assert.equal(codeOf(() => open(folder).admit(token)), "token_refused");
  assert.equal(codeOf(() => open(folder).admit(undefined)), "token_required");
  await Deno.writeTextFile(folder.join("state.db"), "no database".repeat(1000));
  assert.equal(codeOf(() => open(folder).admit(undefined)), "token_required");
});

Deno.test("TokenStore works while somebody else writes to the database", async () => {
  await using folder = await makeTempFolder();
  const store = new TokenStore(folder.path);
  store.create(READER);
  const other = new DatabaseSync(folder.join("state.db"));
  try {
    other.exec("CREATE TABLE other (x); INSERT INTO other VALUES (1)");
    store.revoke("ann");
    assert.deepEqual(store.list(), []);
    other.exec("INSERT INTO other VALUES (2)");
  } finally {
    other.close();
  }
});
