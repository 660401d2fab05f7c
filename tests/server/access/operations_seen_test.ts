import assert from "node:assert/strict";
import { parseRemotePath } from "#protocol/remote_path.ts";
import type { AccessRole } from "#protocol/access_role.ts";
import { type Access, OPEN_ACCESS } from "#server/access/access.ts";
import { seenOperation } from "#server/access/seen_operation.ts";
import { listOperations, type WatchedConnection } from "#server/snapshot_operations.ts";

function access(name: string, role: AccessRole, base = ""): Access {
  return { role, base: parseRemotePath(base), token: { id: `id of ${name}`, name } };
}

function working(id: number, who: Access, path: string): WatchedConnection {
  return {
    id,
    peer: `10.0.0.${id}:1`,
    openedMs: 0,
    access: who,
    flow: { rates: () => ({ up: 0, down: 0 }) },
    state: "working",
    claim: {
      worker: { id, work: { operation: "upload", path, doneBytes: 1, totalBytes: 2 } },
      position: 0,
    },
  };
}

const ann = access("ann", "writer");
const bob = access("bob", "reader", "sub");
const CONNECTIONS = [
  working(1, ann, "secret.txt"),
  working(2, ann, "sub/a"),
  working(3, bob, "sub/b"),
];

/** Address and path of each of the three, as somebody sees them. */
function seen(viewer: Access): (readonly [string, string | undefined])[] {
  return listOperations(CONNECTIONS, 0, viewer).map(({ peer, path }) => [peer, path] as const);
}

Deno.test("listOperations() shows everything where no token is asked for, and to admins", () => {
  const all = [["10.0.0.1:1", "secret.txt"], ["10.0.0.2:1", "sub/a"], ["10.0.0.3:1", "sub/b"]];
  assert.deepEqual(seen(OPEN_ACCESS), all);
  assert.deepEqual(seen(access("root", "admin")), all);
});

Deno.test("listOperations() shows others to no reader and no writer, and no address at all", () => {
  assert.deepEqual(seen(ann), [["", "secret.txt"], ["", "sub/a"], ["", undefined]]);
  assert.deepEqual(seen(bob), [["", undefined], ["", undefined], ["", "b"]]);
});

Deno.test("listOperations() shows an admin of a folder what happens there, named from there", () => {
  assert.deepEqual(seen(access("sue", "admin", "sub")), [
    ["", undefined],
    ["", "a"],
    ["10.0.0.3:1", "b"],
  ]);
  assert.deepEqual(seen(access("tom", "admin", "su")), [
    ["", undefined],
    ["", undefined],
    ["", undefined],
  ]);
});

Deno.test("seenOperation() tells of a connection that nobody knows more of to an admin of everything only", () => {
  const operation = {
    connectionId: 1,
    peer: "10.0.0.1:1",
    secondsOpen: 1,
    state: "working",
    path: "sub/a",
    rate: 5,
  } as const;
  const { peer: _peer, path: _path, ...rest } = operation;
  assert.deepEqual(seenOperation(access("root", "admin"), operation, undefined), operation);
  for (const viewer of [access("sue", "admin", "sub"), ann, bob]) {
    assert.deepEqual(seenOperation(viewer, operation, undefined), { ...rest, peer: "" });
  }
});
