import assert from "node:assert/strict";
import type { ErrorCode } from "#protocol/error_code.ts";
import { FrameType } from "#protocol/frame.ts";
import { ACCEPTED_PATHS, REFUSED_PATHS } from "#tests/support/path_cases.ts";
import { assertError, type RawPeer } from "#tests/support/raw_peer.ts";
import { downloadRaw, uploadRaw } from "#tests/support/raw_transfer.ts";
import { badInputTests } from "./bad_inputs/bad_input.ts";
import { NAME_REQUESTS, NO_PATHS } from "./bad_inputs/name_requests.ts";

const BYTES = new TextEncoder().encode("metered");
const badInput = badInputTests();

/** Asks for a path in each request that takes one. */
async function refuseEverywhere(peer: RawPeer, paths: readonly string[]): Promise<void> {
  assert.ok(paths.length > 0);
  for (const [what, type, payload] of NAME_REQUESTS) {
    if (NO_PATHS.test(what)) continue;
    const ids: number[] = [];
    for (const path of paths) ids.push(await peer.begin(type, payload(path)));
    for (const [n, id] of ids.entries()) {
      const { type: answer, json } = await peer.lastFrame(id);
      const shown = `${what} of ${JSON.stringify(paths[n])}: ${JSON.stringify(json)}`;
      assert.equal(answer, FrameType.ERROR, shown);
      // The lists of an archive are looked at before their names are, and the trash before where it would lead.
      assert.match(String(json?.name), /^(invalid_name|invalid_request|not_found)$/, shown);
      if (!/names|RESTORE/.test(what)) assert.equal(json?.name, "invalid_name", shown);
    }
  }
}

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ["a way up in every spelling", /^a way up/],
  ["an absolute path", /^an absolute path/],
  ["a drive of Windows", /^a drive or share of Windows: "C/],
  ["a share of Windows", /^a drive or share of Windows: "\\\\/],
  ["a backslash", /^a backslash/],
  ["a NUL", /^a NUL/],
  ["an empty name", /^an empty name/],
  ["a dot", /^the folder itself/],
  ["a name over 255 bytes", /^a name over 255 bytes/],
  ["500 levels", /^a path over 128 levels/],
  ["a lone surrogate", /^a lone surrogate/],
  ["the state folder", /^the state folder/],
];
for (const [what, why] of REFUSED) {
  badInput(what, async ({ peer }) => {
    const paths = REFUSED_PATHS.filter((one) => why.test(one.why)).map(({ text }) => text);
    await refuseEverywhere(peer, paths);
  });
}

badInput("invalid UTF-8", async ({ peer }) => {
  const [head, tail] = ['{"path":"', '","sizeBytes":0}'].map((text) =>
    new TextEncoder().encode(text)
  );
  assert.ok(head !== undefined && tail !== undefined);
  for (
    const type of [FrameType.STAT, FrameType.GET, FrameType.PUT, FrameType.MKDIR, FrameType.DELETE]
  ) {
    for (const bad of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0x2e, 0xc0, 0xae]]) {
      const payload = Uint8Array.from([...head, ...bad, ...tail]);
      assertError(await peer.request(type, payload), "invalid_request");
    }
  }
});

/** Requests that do not fit what is there, in a folder `f` with `f/in`, `foldering` and a file `x`. */
const MISFITS:
  readonly (readonly [string, readonly (readonly [FrameType, unknown, ErrorCode | "fine"])[]])[] = [
    ["a prefix that is no parent", [
      [FrameType.RENAME, { from: "f", to: "foldering/f" }, "fine"],
      [FrameType.STAT, { path: "foldering/f/in" }, "fine"],
      [FrameType.STAT, { path: "fold" }, "not_found"],
    ]],
    ["deleting root", [
      [FrameType.DELETE, { path: "" }, "invalid_request"],
      [FrameType.DELETE, { path: "", permanent: true }, "invalid_request"],
      [FrameType.DELETE, { path: ".sluice", permanent: true }, "invalid_name"],
    ]],
    ["renaming root", [
      [FrameType.RENAME, { from: "", to: "elsewhere" }, "invalid_request"],
      [FrameType.RENAME, { from: "f", to: "" }, "invalid_request"],
      [FrameType.RENAME, { from: ".sluice", to: "elsewhere" }, "invalid_name"],
      [FrameType.RENAME, { from: "f", to: ".sluice" }, "invalid_name"],
    ]],
    ["overwriting root", [
      [FrameType.PUT, { path: "", sizeBytes: 0, onConflict: "overwrite" }, "is_a_folder"],
      [FrameType.PUT, { path: ".sluice", sizeBytes: 0, onConflict: "overwrite" }, "invalid_name"],
      [
        FrameType.PUT,
        { path: ".sluice/state.db", sizeBytes: 0, onConflict: "overwrite" },
        "invalid_name",
      ],
    ]],
    ["a rename onto a folder", [
      [FrameType.RENAME, { from: "x", to: "f" }, "already_exists"],
      [FrameType.RENAME, { from: "foldering", to: "f" }, "already_exists"],
    ]],
    ["a rename into itself", [
      [FrameType.RENAME, { from: "f", to: "f/new" }, "invalid_request"],
      [FrameType.RENAME, { from: "f", to: "f/in/new" }, "invalid_request"],
    ]],
    ["a rename onto itself", [
      [FrameType.RENAME, { from: "f", to: "f" }, "already_exists"],
      [FrameType.RENAME, { from: "x", to: "x" }, "already_exists"],
    ]],
    ["a change of case only", [
      [FrameType.RENAME, { from: "x", to: "X" }, "fine"],
      [FrameType.RENAME, { from: "f", to: "F" }, "fine"],
    ]],
  ];
for (const [what, requests] of MISFITS) {
  badInput(what, async ({ peer, guarded: { root } }) => {
    await Deno.mkdir(`${root}/f/in`, { recursive: true });
    await Deno.mkdir(`${root}/foldering`, { recursive: true });
    await Deno.writeFile(`${root}/x`, BYTES);
    for (const [type, payload, expected] of requests) {
      const frame = await peer.request(type, payload);
      const shown = JSON.stringify([payload, frame.json]);
      if (expected === "fine") assert.equal(frame.type, FrameType.RESULT, shown);
      else assertError(frame, expected, shown);
    }
    for (const name of ["f", "F", "foldering", "x", "X"]) {
      await Deno.remove(`${root}/${name}`, { recursive: true }).catch(() => {
        // It was renamed.
      });
    }
  });
}

/** Legal names, however odd: they work like any other. */
const LEGAL: readonly (readonly [string, readonly string[]])[] = [
  ["names like temporary files", textsOf("what looks like a temporary file")],
  ["CON, NUL, COM1", ["CON", "NUL", "COM1", "aux.txt", "CON/PRN"]],
  ["a:stream", ["a:stream", "C:", "C:x", "a::$DATA"]],
  ["a trailing dot or space", textsOf("an ending that Windows drops")],
  ["NFC against NFD", ["\u00e9", "e\u0301"]],
  ["zero-width and bidi characters", textsOf("invisible and turning characters")],
  ["a leading hyphen", textsOf("a leading hyphen")],
  ["newline and tab", ["new\nline", "tab\there"]],
  ["ESC, OSC and C1", textsOf("terminal escapes")],
  ["HTML and quotes", textsOf("markup and quotes")],
  ["CRLF", ["a\r\nSet-Cookie: x", "\r", "\r\n\r\n"]],
];
for (const [what, names] of LEGAL) {
  badInput(what, async ({ peer }) => {
    if (Deno.build.os === "windows") return;
    assert.ok(names.length > 0);
    for (const path of names) {
      const bytes = bytesFor(path);
      const uploaded = await uploadRaw(peer, path, bytes, { makeParents: true });
      assert.equal(uploaded.json?.path, path, JSON.stringify([path, uploaded.json]));
      // What is a folder of the next one cannot stay.
      if (!isAlone(path, names)) await forget(peer, path);
    }
    // All others are there at once: none stands for another.
    for (const path of names.filter((path) => isAlone(path, names))) {
      assert.deepEqual(await downloadRaw(peer, path), bytesFor(path));
      const moved = await peer.request(FrameType.RENAME, { from: path, to: "moved" });
      assert.deepEqual(moved.json, {}, path);
      await forget(peer, "moved");
      if (topOf(path) !== path) await forget(peer, path);
    }
  });
}

function bytesFor(path: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`bytes of ${path}`);
}

/** Whether no other name begins with the same folder or file. */
function isAlone(path: string, names: readonly string[]): boolean {
  return names.filter((other) => topOf(other) === topOf(path)).length === 1;
}

function topOf(path: string): string {
  return path.split("/")[0] ?? "";
}

async function forget(peer: RawPeer, path: string): Promise<void> {
  const top = { path: topOf(path), permanent: true };
  const { type, json } = await peer.request(FrameType.DELETE, top);
  assert.equal(type, FrameType.RESULT, JSON.stringify([path, json]));
}

function textsOf(why: string): readonly string[] {
  return ACCEPTED_PATHS.filter((one) => one.why.startsWith(why)).map(({ text }) => text);
}
