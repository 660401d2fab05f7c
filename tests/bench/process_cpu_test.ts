import assert from "node:assert/strict";
import { reapedCpuSeconds, treeCpuSeconds } from "#bench/peers/process_cpu.ts";

/** A line of /proc/PID/stat, as proc(5) has it. */
function stat(pid: number, parent: number, times: readonly number[], name = "x"): string {
  return `${pid} (${name}) S ${parent} 1 1 0 -1 4194560 9 9 9 9 ${times.join(" ")} 20 0 1 0 7`;
}

const STATS = [
  stat(10, 1, [100, 50, 20, 5]),
  stat(11, 10, [10, 0, 0, 0], "a) S 99 (b"),
  stat(12, 11, [0, 7, 0, 0]),
  stat(13, 1, [999, 999, 999, 999]),
  "",
].join("\n");

Deno.test("treeCpuSeconds() adds up a process, its living children and those it waited for", () => {
  assert.equal(treeCpuSeconds(STATS, 10), (100 + 50 + 20 + 5 + 10 + 7) / 100);
  assert.equal(treeCpuSeconds(STATS, 12), 0.07);
  assert.equal(treeCpuSeconds(STATS, 77), 0);
});

Deno.test("reapedCpuSeconds() counts only children that a process has waited for", () => {
  assert.equal(reapedCpuSeconds(STATS, 10), 0.25);
  assert.equal(reapedCpuSeconds("", 10), 0);
});
