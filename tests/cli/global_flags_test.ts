import assert from "node:assert/strict";
import { findValue, hasSwitch, moveGlobalFlags } from "#client/cli/global_flags.ts";

Deno.test("moveGlobalFlags() puts leading global flags behind the command", () => {
  const moved = moveGlobalFlags(["--server", "a:1", "--json", "list", "docs", "--long"]);
  assert.deepEqual(moved.inputs, ["list", "--server", "a:1", "--json", "docs", "--long"]);
  assert.deepEqual(moved.leading, ["--server", "a:1", "--json"]);
  assert.equal(moved.hasCommand, true);
});

Deno.test("moveGlobalFlags() leaves a command line without leading flags alone", () => {
  const inputs = ["list", "--json", "--", "--quiet"];
  assert.deepEqual(moveGlobalFlags(inputs).inputs, inputs);
});

Deno.test("moveGlobalFlags() says that there is no command when only flags are given", () => {
  for (const args of [[], ["--json"], ["--server", "a:1", "-q"], ["--server=a:1"]]) {
    assert.equal(moveGlobalFlags(args).hasCommand, false, args.join(" "));
  }
});

Deno.test("moveGlobalFlags() lets the flag behind the command win", () => {
  const { inputs } = moveGlobalFlags([
    "--server=a:1",
    "--json",
    "list",
    "--json",
    "--server",
    "b:2",
  ]);
  assert.deepEqual(inputs, ["list", "--json", "--server", "b:2"]);
});

Deno.test("moveGlobalFlags() counts a flag given twice in front once", () => {
  const { inputs } = moveGlobalFlags(["--json", "--server", "a", "--json", "--server=b", "list"]);
  assert.deepEqual(inputs, ["list", "--json", "--server=b"]);
});

Deno.test("moveGlobalFlags() does not look behind --", () => {
  const { inputs } = moveGlobalFlags(["--json", "stat", "--", "--json"]);
  assert.deepEqual(inputs, ["stat", "--json", "--", "--json"]);
});

Deno.test("hasSwitch() sees switches before -- only", () => {
  assert.equal(hasSwitch(["list", "--json"], "--json"), true);
  assert.equal(hasSwitch(["stat", "--", "--json"], "--json"), false);
});

Deno.test("findValue() takes the last server of an unfinished command line", () => {
  assert.equal(findValue(["--server", "a:1", "list", "--server=b:2", "do"], "--server"), "b:2");
  assert.equal(findValue(["list", "--server"], "--server"), undefined);
});
