import assert from "node:assert/strict";
import fc from "fast-check";
import { parseRemotePath } from "#protocol/remote_path.ts";
import { innerPath, outerPath } from "#server/storage/subtree.ts";

const name = fc.stringMatching(/^[a-c]{1,3}$/);
const path = fc.array(name, { maxLength: 4 }).map((names) => parseRemotePath(names.join("/")));

Deno.test("innerPath() gives back what outerPath() was given", () => {
  fc.assert(fc.property(path, path, (base, inner) => {
    assert.equal(innerPath(base, outerPath(base, inner)), inner);
  }));
});

Deno.test("innerPath() names nothing that lies outside", () => {
  fc.assert(fc.property(path, path, (base, outer) => {
    const inner = innerPath(base, outer);
    const isInside = base === "" || outer === base || outer.startsWith(`${base}/`);
    assert.equal(inner !== undefined, isInside);
    if (inner !== undefined) assert.equal(outerPath(base, inner), outer);
  }));
});
