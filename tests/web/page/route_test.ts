import assert from "node:assert/strict";
import fc from "fast-check";
import { archiveAddress, crumbsOf, encodePath, parentOf } from "#web/page/state/remote_path.js";
import {
  folderRoute,
  parseRoute,
  routeAbove,
  routeHash,
  searchRoute,
  TRASH_ROUTE,
} from "#web/page/state/route.js";

/** Names as docs/protocol.md §7 allows them, more or less: the page must not care. */
const name = fc.string({ minLength: 1, unit: "grapheme" })
  .filter((text) => !text.includes("/") && text.isWellFormed());
const path = fc.array(name, { maxLength: 6 }).map((names) => names.join("/"));

Deno.test("parseRoute() reads what routeHash() wrote, for any name", () => {
  fc.assert(fc.property(path, fc.string({ minLength: 1 }), (folder, pattern) => {
    assert.deepEqual(parseRoute(routeHash(folderRoute(folder))), folderRoute(folder));
    const search = searchRoute(folder, pattern.toWellFormed());
    assert.deepEqual(parseRoute(routeHash(search)), search);
  }));
  assert.deepEqual(parseRoute(routeHash(TRASH_ROUTE)), TRASH_ROUTE);
});

Deno.test("parseRoute() takes an address that nobody wrote for root", () => {
  for (const hash of ["", "#", "#x", "#/%", "#/a/%E0%A4%A", "#?search=x"]) {
    assert.deepEqual(parseRoute(hash), folderRoute(""), hash);
  }
});

Deno.test("encodePath() keeps slashes and hides everything else that an address would read", () => {
  fc.assert(fc.property(path, (folder) => {
    const encoded = encodePath(folder);
    assert.equal(new URL(`http://x/api/files/${encoded}`).search, "");
    assert.equal(encoded.split("/").map(decodeURIComponent).join("/"), folder);
  }));
});

Deno.test("crumbsOf() and parentOf() walk the same way", () => {
  assert.deepEqual(crumbsOf("a/b"), [{ name: "a", path: "a" }, { name: "b", path: "a/b" }]);
  assert.deepEqual([parentOf("a/b"), parentOf("a"), parentOf("")], ["a", "", ""]);
});

Deno.test("routeAbove() leaves a search for its folder, and a folder for the one above", () => {
  assert.deepEqual(routeAbove(searchRoute("a/b", "*.txt")), folderRoute("a/b"));
  assert.deepEqual(routeAbove(searchRoute("", "*.txt")), folderRoute(""));
  assert.deepEqual(routeAbove(folderRoute("a/b")), folderRoute("a"));
  assert.deepEqual([routeAbove(folderRoute("")), routeAbove(TRASH_ROUTE)], [null, null]);
});

Deno.test("archiveAddress() gives up when the selection is too long for an address", () => {
  assert.equal(archiveAddress(["a b", "c&d"]), "/api/archive?path=a+b&path=c%26d");
  assert.equal(archiveAddress(Array.from({ length: 2000 }, (_none, at) => `name ${at}`)), null);
});
