import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { leastRole } from "#server/access/least_role.ts";

const NOTHING = (): Uint8Array => new Uint8Array(0);

/** Every frame of a client and who may send it; DELETE is below. */
const WANTED: Readonly<Record<string, string | undefined>> = {
  LIST: "reader",
  STAT: "reader",
  GET: "reader",
  PUT: "writer",
  COMMIT: "reader",
  ABORT: "reader",
  RENAME: "writer",
  DELETE: "writer",
  MKDIR: "writer",
  STATUS: "reader",
  CANCEL: "reader",
  PING: "reader",
  FIND: "reader",
  CHECKSUM: "reader",
  HISTORY: "reader",
  TRASH: "writer",
  DATA: "reader",
  PACKED: "reader",
  RESTORE: "writer",
  EMPTY_TRASH: "admin",
  ARCHIVE: "reader",
  PUBLISH: "writer",
  WATCH: "reader",
  THROTTLE: "admin",
};

Deno.test("leastRole() says for each frame of a client who may send it", () => {
  for (const [name, type] of Object.entries(FrameType)) {
    assert.equal(leastRole(type, NOTHING), WANTED[name], name);
  }
});

Deno.test("leastRole() asks most for a frame that nobody thought of", () => {
  assert.equal(leastRole(0x3f as FrameType, NOTHING), "admin");
});

Deno.test("leastRole() leaves deleting for good to admins", () => {
  const need = (request: unknown): string | undefined =>
    leastRole(FrameType.DELETE, () => new TextEncoder().encode(JSON.stringify(request)));
  assert.equal(need({ path: "a" }), "writer");
  assert.equal(need({ path: "a", permanent: false }), "writer");
  assert.equal(need({ path: "a", permanent: true }), "admin");
  assert.equal(need({ path: "a", permanent: "true" }), "writer", "nobody serves that");
});
