import assert from "node:assert/strict";
import fc from "fast-check";
import { STRANGE_NAMES } from "./strange_names.ts";
import { parseByteRange } from "#web/http/byte_range.ts";
import { checkConditions, mayUseRange } from "#web/http/conditions.ts";
import { contentDisposition } from "#web/http/content_disposition.ts";
import { downloadType, previewType } from "#web/http/content_types.ts";
import { entityTags } from "#web/http/entity_tags.ts";
import { parseReprDigest } from "#web/http/repr_digest.ts";
import { remotePathOf } from "#web/http/url_path.ts";
import { hostJudge } from "#web/guards/host_names.ts";
import { decodeUploadId, encodeUploadId } from "#web/uploads/upload_id.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";

const RANGES: readonly (readonly [string, unknown])[] = [
  ["bytes=0-0", { offsetBytes: 0, lengthBytes: 1 }],
  ["bytes=3-", { offsetBytes: 3, lengthBytes: 7 }],
  ["bytes=3-99", { offsetBytes: 3, lengthBytes: 7 }],
  ["bytes=-4", { offsetBytes: 6, lengthBytes: 4 }],
  ["bytes=-99", { offsetBytes: 0, lengthBytes: 10 }],
  ["BYTES = 2-4", { offsetBytes: 2, lengthBytes: 3 }],
  ["bytes=10-", "unsatisfiable"],
  ["bytes=99999999999999999999-", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=4-2", undefined],
  ["bytes=0-1,4-5", undefined],
  ["bytes=-", undefined],
  ["bytes=a-b", undefined],
  ["items=0-1", undefined],
  ["", undefined],
];
for (const [header, expected] of RANGES) {
  Deno.test(`parseByteRange() reads "${header}" of ten bytes as RFC 9110 says`, () => {
    assert.deepEqual(parseByteRange(header, 10), expected);
  });
}

Deno.test("parseByteRange() gives bytes inside the file for any header", () => {
  fc.assert(fc.property(fc.string(), fc.nat(), fc.nat(100), (junk, from, size) => {
    for (const header of [junk, `bytes=${junk}`, `bytes=${from}-${junk}`, `bytes=-${from}`]) {
      const range = parseByteRange(header, size);
      if (range === undefined || range === "unsatisfiable") continue;
      assert.ok(range.lengthBytes > 0 && range.offsetBytes + range.lengthBytes <= size);
    }
  }));
});

const TAGS = ['"xxh128:ab"', '"v:1"'];
const AT = Date.parse("2026-01-02T03:04:05.678Z");
const SAME = "Fri, 02 Jan 2026 03:04:05 GMT";
const EARLIER = "Fri, 02 Jan 2026 03:04:04 GMT";
const CONDITIONS: readonly (readonly [Record<string, string>, unknown])[] = [
  [{}, undefined],
  [{ "if-match": '"xxh128:ab"' }, undefined],
  [{ "if-match": '"other", "v:1"' }, undefined],
  [{ "if-match": "*" }, undefined],
  [{ "if-match": 'W/"v:1"' }, 412],
  [{ "if-match": '"other"' }, 412],
  [{ "if-unmodified-since": SAME }, undefined],
  [{ "if-unmodified-since": EARLIER }, 412],
  [{ "if-match": '"v:1"', "if-unmodified-since": EARLIER }, undefined],
  [{ "if-none-match": '"v:1"' }, 304],
  [{ "if-none-match": 'W/"xxh128:ab"' }, 304],
  [{ "if-none-match": "*" }, 304],
  [{ "if-none-match": '"other"' }, undefined],
  [{ "if-none-match": '"other"', "if-modified-since": SAME }, undefined],
  [{ "if-modified-since": SAME }, 304],
  [{ "if-modified-since": EARLIER }, undefined],
  [{ "if-modified-since": "yesterday" }, undefined],
  [{ "if-match": '"other"', "if-none-match": '"v:1"' }, 412],
];
for (const [headers, expected] of CONDITIONS) {
  Deno.test(`checkConditions() answers ${expected} to ${JSON.stringify(headers)}`, () => {
    const validators = { tags: TAGS, modifiedAtMs: AT };
    assert.equal(checkConditions((name) => headers[name], validators), expected);
  });
}

Deno.test("mayUseRange() takes a strong tag of the file or its exact date only", () => {
  const validators = { tags: TAGS, modifiedAtMs: AT };
  for (const yes of [undefined, '"v:1"', '"xxh128:ab"', SAME]) {
    assert.equal(mayUseRange(yes, validators), true, yes);
  }
  for (const no of ['W/"v:1"', '"other"', EARLIER, "junk", "*"]) {
    assert.equal(mayUseRange(no, validators), false, no);
  }
});

Deno.test("mayUseRange() refuses the date of a file that was just changed", () => {
  const nowMs = Date.now();
  const validators = { tags: TAGS, modifiedAtMs: nowMs };
  assert.equal(mayUseRange(new Date(nowMs).toUTCString(), validators), false);
});

Deno.test("contentDisposition() carries any name and lets none break out", () => {
  const check = (name: string): void => {
    const value = contentDisposition("attachment", name);
    new Headers({ "Content-Disposition": value });
    const match = /^attachment; filename="([\x20-\x7e]*)"; filename\*=UTF-8''([!-~]*)$/.exec(value);
    assert.ok(match !== null, value);
    assert.ok(!/["\\%/;]/.test(match[1] ?? ""), value);
    assert.ok(!/['()*;"]/.test(match[2] ?? ""), value);
    assert.equal(decodeURIComponent(match[2] ?? ""), name);
  };
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), check));
  for (const name of STRANGE_NAMES) check(name);
});

Deno.test("previewType() never lets a browser run a file as a page", () => {
  for (const name of ["a.html", "a.HTM", "a.xhtml", "a.xml", "a.js", "a.mjs", "a.css"]) {
    assert.deepEqual(previewType(name), {
      contentType: "text/plain; charset=utf-8",
      isInline: true,
    });
  }
  for (const name of ["a.svg", "a.pdf", "a.swf", "a.exe", "a", "a.svg.", "a.unknown"]) {
    assert.equal(previewType(name).isInline, false, name);
  }
  assert.deepEqual(previewType("a.PNG"), { contentType: "image/png", isInline: true });
  assert.equal(downloadType("no ending"), "application/octet-stream");
  assert.equal(downloadType("constructor"), "application/octet-stream");
  assert.equal(previewType("__proto__").isInline, false);
});

Deno.test("parseReprDigest() reads sha-256 among others and refuses a broken one", () => {
  const zeros = btoa("\0".repeat(32));
  assert.equal(parseReprDigest(`sha-512=:AA==:, sha-256=:${zeros}:`), `sha256:${"00".repeat(32)}`);
  assert.equal(parseReprDigest("sha-512=:AA==:"), undefined);
  assert.equal(parseReprDigest(undefined), undefined);
  assert.throws(() => parseReprDigest("sha-256=:AA==:"), { code: "invalid_request" });
});

Deno.test("remotePathOf() reads each legal name as it was encoded", () => {
  for (const name of STRANGE_NAMES) {
    const url = `http://h/api/files/folder/${encodeURIComponent(name)}?x=1`;
    assert.equal(remotePathOf(url, "/api/files/"), `folder/${name}`);
  }
});

Deno.test("remotePathOf() refuses ways up, slashes in names and what is not UTF-8", () => {
  for (const bad of ["..%2fx", "a%2Fb", "%ff", "a//b", "a/", "/a", "%00", "a%5cb", "%2e%2e%2fa"]) {
    const url = `http://h/api/files/${bad}`;
    assert.throws(() => remotePathOf(url, "/api/files/"), { code: "invalid_name" }, bad);
  }
});

Deno.test("hostJudge() knows the gateway's own names and no others", () => {
  const loopback = hostJudge("127.0.0.1", 5000);
  for (const own of ["127.0.0.1:5000", "localhost:5000", "LOCALHOST:5000", "[::1]:5000"]) {
    assert.ok(loopback(own), own);
  }
  for (
    const foreign of [
      "",
      "localhost",
      "127.0.0.1:5001",
      "evil.example:5000",
      "localhost.evil.example:5000",
      "localhost:5000.evil.example",
      "192.168.1.2:5000",
      "127.0.0.1:5000:5000",
    ]
  ) assert.ok(!loopback(foreign), foreign);
  const open = hostJudge("0.0.0.0", 80);
  for (const own of ["192.168.1.2", "192.168.1.2:80", "localhost"]) assert.ok(open(own), own);
  for (const foreign of ["evil.example", "evil.example:80"]) assert.ok(!open(foreign), foreign);
});

Deno.test("decodeUploadId() reads what encodeUploadId() wrote", () => {
  for (const name of STRANGE_NAMES) {
    const key = {
      path: parseRemotePath(`folder/${name}`),
      sizeBytes: 2 ** 40,
      onConflict: "rename" as const,
      modifiedAtMs: undefined,
      session: "0123abcd-0",
    };
    const id = encodeUploadId(key);
    assert.match(id, /^[\w-]+$/);
    assert.deepEqual(decodeUploadId(id), key);
  }
});

Deno.test("decodeUploadId() refuses whatever else stands in the address", () => {
  const refuse = (id: string): void => {
    assert.throws(() => decodeUploadId(id), { code: "session_not_found" }, id);
  };
  fc.assert(fc.property(fc.string(), refuse));
  fc.assert(fc.property(fc.json(), (json) => refuse(btoa(encodeURIComponent(json)))));
  refuse(btoa(JSON.stringify(["../up", 1, "error", null, "s"])).replace(/=+$/, ""));
  refuse(btoa(JSON.stringify(["a", -1, "error", null, "s"])).replace(/=+$/, ""));
});

Deno.test("entityTags() takes only digests that tell files apart", () => {
  const stat = { path: "a", kind: "file", sizeBytes: 1, modifiedAtMs: 0, version: "1-2" } as const;
  const known = ["crc32:0a0b0c0d", "sha256:00ff", "xxh128:ab"];
  assert.deepEqual(entityTags({ ...stat, digests: known }), [
    '"sha256:00ff"',
    '"xxh128:ab"',
    '"v:1-2"',
  ]);
  assert.deepEqual(entityTags({ ...stat, digests: ["crc32:0a0b0c0d"] }), ['"v:1-2"']);
});
