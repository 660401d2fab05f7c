import assert from "node:assert/strict";
import fc from "fast-check";
import { planSync, type SyncStep, type SyncTree } from "#client/trees/plan_sync.ts";
import { compileTreeFilter } from "#client/trees/tree_filter.ts";
import type { TreeEntry } from "#client/trees/tree_entry.ts";

const RULES = { isSame: hasSameTime, mayDelete: true };

Deno.test("planSync() moves what is new or changed, and deletes the rest, deepest first", () => {
  const source = tree({ "a": 1, "b": 2, "d": "folder", "d/c": 3 });
  const target = tree({ "a": 1, "b": 9, "old": "folder", "old/x": 1, "z": 1 });
  assert.deepEqual(shown(planSync(source, target, RULES)), [
    "transfer b changed",
    "folder d",
    "transfer d/c new",
    "delete z",
    "delete old whole",
  ]);
  const kept = planSync(source, target, { ...RULES, mayDelete: false });
  assert.ok(kept.every(({ kind }) => kind !== "delete"));
});

Deno.test("planSync() replaces an entry of another kind only when it may delete", () => {
  const source = tree({ "x": 1, "y": "folder", "y/f": 2 });
  const target = tree({ "x": "folder", "x/in": 1, "y": 7 });
  assert.deepEqual(shown(planSync(source, target, RULES)), [
    "delete x whole",
    "delete y whole",
    "transfer x new",
    "folder y",
    "transfer y/f new",
  ]);
  const careful = planSync(source, target, { ...RULES, mayDelete: false });
  assert.deepEqual(shown(careful), ["conflict x", "conflict y"]);
});

Deno.test("planSync() never touches symbolic links, nor what filters left out, nor what is above them", () => {
  const target = tree({
    "link": "symlink",
    "d": "folder",
    "d/link": "symlink",
    "d/x": 1,
    "e": "folder",
    "e/x": 1,
  }, ["e/kept"]);
  assert.deepEqual(shown(planSync(tree({}), target, RULES)), ["delete e/x", "delete d/x"]);
  const source = tree({ "link": 1, "d": "folder" }, ["e"]);
  assert.deepEqual(shown(planSync(source, target, RULES)), ["conflict link", "delete d/x"]);
});

Deno.test("planSync() makes the target like the source, and then finds nothing to do", () => {
  const path = fc.stringMatching(/^[abc](\/[abc]){0,2}$/);
  const side = fc.dictionary(path, fc.nat(2));
  fc.assert(fc.property(side, side, (one, other) => {
    const source = tree(withFolders(one));
    const target = new Map(tree(withFolders(other)).entries);
    for (const step of planSync(source, { entries: target, leftOut: new Set() }, RULES)) {
      carryOut(step, source, target);
    }
    assert.deepEqual([...target.keys()].sort(), [...source.entries.keys()].sort());
    assert.deepEqual(planSync(source, { entries: target, leftOut: new Set() }, RULES), []);
  }));
});

Deno.test("compileTreeFilter() leaves out names, paths and folders, and takes only what is included", () => {
  const filter = compileTreeFilter({
    exclude: ["*.log", "sub/tmp/", "/top"],
    include: ["*.txt", "docs/**"],
  });
  const cases: readonly (readonly [path: string, kind: string, isTaken: boolean])[] = [
    ["a.txt", "file", true],
    ["a.bin", "file", false],
    ["docs/x/y.bin", "file", true],
    ["docs/x.log", "file", false],
    ["sub", "folder", true],
    ["sub/tmp", "folder", false],
    ["x/sub/tmp", "folder", true],
    ["top", "folder", false],
    ["A.TXT", "file", false],
  ];
  for (const [path, kind, isTaken] of cases) assert.equal(filter(path, kind), isTaken, path);
});

type Kind = number | "folder" | "symlink";

/** A tree of sizes, folders and links. */
function tree(nodes: Readonly<Record<string, Kind>>, leftOut: readonly string[] = []): SyncTree {
  const entries = new Map<string, TreeEntry>();
  for (const [path, node] of Object.entries(nodes)) {
    const kind = typeof node === "number" ? "file" : node;
    entries.set(path, { path, kind, sizeBytes: Number(node) || 0, modifiedAtMs: 1 });
  }
  return { entries, leftOut: new Set(leftOut) };
}

/** Adds the folders above each path; a path that is needed as a folder is no file. */
function withFolders(files: Readonly<Record<string, number>>): Record<string, Kind> {
  const nodes: Record<string, Kind> = {};
  for (const path of Object.keys(files).sort()) {
    const parts = path.split("/");
    for (let count = 1; count < parts.length; count++) {
      nodes[parts.slice(0, count).join("/")] = "folder";
    }
    nodes[path] ??= files[path] ?? 0;
  }
  return nodes;
}

function carryOut(step: SyncStep, source: SyncTree, target: Map<string, TreeEntry>): void {
  const wanted = source.entries.get(step.path);
  if (step.kind === "delete") {
    for (const path of [...target.keys()]) {
      const isBelow = path.startsWith(`${step.path}/`);
      assert.ok(!isBelow || step.isWhole, `${step.path} is not empty`);
      if (path === step.path || isBelow) target.delete(path);
    }
  } else if (wanted !== undefined) {
    const parent = step.path.slice(0, Math.max(0, step.path.lastIndexOf("/")));
    assert.ok(parent === "" || target.get(parent)?.kind === "folder", `${parent} is missing`);
    target.set(step.path, wanted);
  }
}

function hasSameTime(one: TreeEntry, other: TreeEntry): boolean {
  return one.modifiedAtMs === other.modifiedAtMs;
}

function shown(steps: readonly SyncStep[]): string[] {
  return steps.map((step) => {
    if (step.kind === "transfer") return `transfer ${step.path} ${step.reason}`;
    return `${step.kind} ${step.path}${step.kind === "delete" && step.isWhole ? " whole" : ""}`;
  });
}
