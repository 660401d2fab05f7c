import assert from "node:assert/strict";
import { importsOf } from "./source_imports.ts";

const SOURCE = `
import "./a.ts";
import b from "#protocol/b.ts";
import type { C } from "../c.ts";
import {
  d,
  type D,
} from "node:path";
import * as e from "valibot";
export * from "./f.ts";
export type { G } from "./g.ts";
const h = await import("./h.ts");
new Worker(new URL("./i.ts", import.meta.url), { type: "module" });
const folder = new URL("..", import.meta.url);
const j = "import nothing from here";
`;

Deno.test("importsOf() finds each way in which a module names another", () => {
  const found = importsOf("server/x/main.ts", SOURCE, {
    "#protocol/": "./protocol/",
    "valibot": "npm:",
  });
  const targets = new Map(found.map(({ specifier, target }) => [specifier, target]));
  assert.deepEqual(
    targets,
    new Map([
      ["./a.ts", "server/x/a.ts"],
      ["#protocol/b.ts", "protocol/b.ts"],
      ["../c.ts", "server/c.ts"],
      ["node:path", undefined],
      ["valibot", undefined],
      ["./f.ts", "server/x/f.ts"],
      ["./g.ts", "server/x/g.ts"],
      ["./h.ts", "server/x/h.ts"],
      ["./i.ts", "server/x/i.ts"],
    ]),
  );
});
