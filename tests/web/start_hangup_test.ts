import assert from "node:assert/strict";
import { withDeadline } from "#tests/support/deadline.ts";
import { taskArguments } from "#tests/support/project_config.ts";
import { NO_SCREEN, startScreenProcess } from "#tests/support/screen_process.ts";
import { runCommand } from "#tests/support/run_command.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { addressOf, startBoth } from "./start_process.ts";

Deno.test({
  name: "deno task start passes SIGHUP on to both, and they go on",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using root = await makeTempFolder();
    await using process = await startBoth(["--root", root.path, "--port", "0", "--web-port", "0"]);
    const { child, stderr } = process;
    const url = await addressOf(process);
    for (let n = 1; n <= 2; n++) {
      child.kill("SIGHUP");
      const isSaid = (): boolean => stderr.text.split("reloaded: nothing has changed").length > n;
      await stderr.waitFor(isSaid, "the server's word of it");
    }
    const put = await fetch(`${url}/api/files/a.txt`, { method: "PUT", body: "both run" });
    assert.equal(put.status, 201, await put.text());
    child.kill("SIGTERM");
    assert.equal((await withDeadline(child.status, "the end")).code, 0);
  },
});

Deno.test({
  name: "deno task start stops both when its terminal is closed",
  ignore: NO_SCREEN !== undefined,
  fn: async () => {
    await using root = await makeTempFolder();
    const flags = ["--root", root.path, "--port", "0", "--web-port", "0"];
    await using screen = await startScreenProcess({
      columns: 200,
      command: [Deno.execPath(), ...await taskArguments("start"), ...flags],
    });
    const text = await screen.waitFor(/sluice-web: http/);
    const ports = [/listening on \S+:(\d+)/, /http:\S+:(\d+)/].map((pattern) =>
      Number(pattern.exec(text)?.[1])
    );
    const children = await childrenOf(await screen.pid());
    assert.equal(children.length, 2);
    try {
      const ends = await Promise.all(ports.map(endOfConnection));
      screen.hangUp();
      await withDeadline(Promise.all(ends.map((ended) => ended())), "the end of both");
    } finally {
      for (const pid of children) tryKill(pid);
    }
  },
});

/** Ids of the programs that a process has started. */
async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await runCommand("cat", [`/proc/${pid}/task/${pid}/children`]);
  return stdout.trim().split(/\s+/).map(Number);
}

/** Connects; what it gives resolves when the other side has let go. */
async function endOfConnection(port: number): Promise<() => Promise<void>> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  return async (): Promise<void> => {
    try {
      await Array.fromAsync(connection.readable);
    } catch {
      // A connection that is reset has ended, too.
    }
  };
}

function tryKill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended, as it should.
  }
}
