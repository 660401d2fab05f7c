import assert from "node:assert/strict";
import { findTools, missingOf } from "#bench/peers/tools.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { taskArguments } from "#tests/support/project_config.ts";
import { runCommand } from "#tests/support/run_command.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const missing = missingOf(await findTools(), ["iperf3", "nginx", "curl"]);
const reason = Deno.build.os === "linux" ? missing : "the bench reads /proc";

Deno.test({
  name: "deno task bench:peers measures beside real peers and leaves nothing behind" +
    (reason === undefined ? "" : ` (skipped: ${reason})`),
  ignore: reason !== undefined,
  fn: async () => {
    await using folder = await makeTempFolder();
    const flags = ["--rounds", "1", "--size", "2MiB", "--only", "stream", "--no-write"];
    const end = await runCommand(
      Deno.execPath(),
      [...await taskArguments("bench:peers"), ...flags],
      { cwd: PROJECT_FOLDER, env: { TMPDIR: folder.path } },
    );
    assert.equal(end.code, 0, end.stderr);
    assert.match(end.stdout, /^\| Sluice \| \d/m);
    assert.match(end.stdout, /^\| nginx, curl \| \d/m);
    assert.match(end.stdout, /\| [\d.]+ times iperf3, one stream \| at least 0\.5 times \| /);
    assert.deepEqual([...Deno.readDirSync(folder.path)], []);
  },
});
