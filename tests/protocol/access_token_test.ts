import assert from "node:assert/strict";
import fc from "fast-check";
import { ACCESS_ROLES, includesRole } from "#protocol/access_role.ts";
import { formatAccessToken, isAccessToken } from "#protocol/access_token.ts";

const secret = fc.uint8Array({ minLength: 32, maxLength: 32 });

Deno.test("isAccessToken() knows what formatAccessToken() wrote", () => {
  fc.assert(fc.property(secret, (bytes) => {
    const token = formatAccessToken(bytes);
    assert.match(token, /^sluice_[A-Za-z0-9_-]{48}$/);
    assert.ok(isAccessToken(token));
  }));
});

Deno.test("isAccessToken() sees that one character is wrong, missing, or one too many", () => {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"];
  const slip = fc.record({ bytes: secret, at: fc.nat(54), letter: fc.constantFrom(...letters) });
  fc.assert(fc.property(slip, ({ bytes, at, letter }) => {
    const token = formatAccessToken(bytes);
    fc.pre(token[at] !== letter);
    assert.ok(!isAccessToken(token.slice(0, at) + letter + token.slice(at + 1)));
    assert.ok(!isAccessToken(token.slice(0, at) + token.slice(at + 1)));
    assert.ok(!isAccessToken(token.slice(0, at) + letter + token.slice(at)));
  }));
});

Deno.test("isAccessToken() takes no other text", () => {
  fc.assert(fc.property(fc.string(), (text) => assert.ok(!isAccessToken(text))));
});

Deno.test("formatAccessToken() takes 32 bytes and no other number", () => {
  assert.throws(() => formatAccessToken(new Uint8Array(31)), RangeError);
});

Deno.test("includesRole() lets each role do what those before it may", () => {
  ACCESS_ROLES.forEach((role, rank) => {
    ACCESS_ROLES.forEach((least, needed) => {
      assert.equal(includesRole(role, least), rank >= needed, `${role} for ${least}`);
    });
  });
});
