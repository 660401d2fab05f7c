import assert from "node:assert/strict";
import { formatAccessToken } from "#protocol/access_token.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { TokenKeeper, withToken } from "#client/token_keeper.ts";

const [FIRST, SECOND] = [1, 2].map((byte) => formatAccessToken(new Uint8Array(32).fill(byte)));

/** Opens for the second token only. */
function open(token: string | undefined): Promise<string> {
  if (token === SECOND) return Promise.resolve("open");
  const code = token === undefined ? "token_required" : "token_refused";
  return Promise.reject(new SluiceError(code, "Cannot serve you"));
}

Deno.test("withToken() fails with the server's word when nobody can be asked", async () => {
  await assert.rejects(withToken(new TokenKeeper(), open), { code: "token_required" });
  await assert.rejects(withToken(new TokenKeeper({ token: "" }), open), { code: "token_required" });
  const wrong = new TokenKeeper({ token: FIRST });
  await assert.rejects(withToken(wrong, open), { code: "token_refused" });
});

Deno.test("withToken() finds a slip without asking the server", async () => {
  const keeper = new TokenKeeper({ token: `${SECOND?.slice(0, -1)}?` });
  await assert.rejects(withToken(keeper, () => assert.fail("it asked")), {
    code: "token_refused",
    message: /^Cannot use the access token: it has a slip/,
  });
});

Deno.test("withToken() asks once for all connections that are refused, and again after a wrong answer", async () => {
  const asked: string[] = [];
  const answers = [FIRST, SECOND];
  const keeper = new TokenKeeper({
    ask: ({ code }) => {
      asked.push(code);
      return Promise.resolve(answers.shift());
    },
  });
  const opened = await Promise.all([1, 2, 3].map(() => withToken(keeper, open)));
  assert.deepEqual(opened, ["open", "open", "open"]);
  assert.deepEqual(asked, ["token_required", "token_refused"]);
  assert.equal(await withToken(keeper, open), "open");
});

Deno.test("withToken() gives up when nobody answers, and passes on other failures", async () => {
  const keeper = new TokenKeeper({ ask: () => Promise.resolve(undefined) });
  await assert.rejects(withToken(keeper, open), { code: "token_required" });
  const lost = new SluiceError("unreachable", "Cannot reach it");
  await assert.rejects(withToken(keeper, () => Promise.reject(lost)), lost);
});
