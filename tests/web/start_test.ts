import assert from "node:assert/strict";
import { withDeadline } from "#tests/support/deadline.ts";
import { taskArguments } from "#tests/support/project_config.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { runCommand } from "#tests/support/run_command.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { splitArguments } from "#start/split_arguments.ts";
import { startBoth } from "./start_process.ts";

Deno.test("deno task start prints both addresses, works, and ends with 0 on SIGINT", async () => {
  await using root = await makeTempFolder();
  const flags = ["--root", root.path, "--port", "0", "--web-port", "0"];
  await using process = await startBoth(flags);
  const { stdout, child } = process;
  await stdout.waitFor((line) => line.startsWith("sluice: listening on "), "the server's line");
  const line = await stdout.waitFor((line) => line.startsWith("sluice-web: "), "the page's line");
  const url = /http:\S+/.exec(line)?.[0] ?? "";
  const put = await fetch(`${url}/api/files/a.txt`, { method: "PUT", body: "both run" });
  assert.equal(put.status, 201);
  await put.body?.cancel();
  assert.equal(await Deno.readTextFile(root.join("a.txt")), "both run");
  child.kill("SIGINT");
  assert.equal((await withDeadline(child.status, "the end")).code, 0);
  await assert.rejects(fetch(url));
});

Deno.test("deno task start stops the server when the web interface cannot start, and says so", async () => {
  await using root = await makeTempFolder();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const flags = ["--root", root.path, "--port", "0", `--web-port=${taken.addr.port}`];
  await using process = await startBoth(flags);
  assert.equal((await withDeadline(process.child.status, "the end")).code, 2);
  await process.stderr.ended;
  assert.match(process.stderr.text, /sluice-web: Cannot listen: the port is in use/);
});

Deno.test("deno task start passes the server's refusal of a flag on", async () => {
  await using process = await startBoth(["--rate", "nonsense", "--port", "0"]);
  assert.equal((await withDeadline(process.child.status, "the end")).code, 2);
  await process.stderr.ended;
  assert.match(process.stderr.text, /nonsense/);
});

Deno.test("splitArguments() tells the flags of both programs apart", () => {
  const args = ["--root", "a b", "--web-port", "0", "--web-host=::1", "--verbose"];
  assert.deepEqual(splitArguments(args), {
    server: ["--root", "a b", "--verbose"],
    web: ["--port", "0", "--host", "::1"],
  });
  assert.deepEqual(splitArguments(["--insecure"]), {
    server: ["--insecure"],
    web: ["--insecure"],
  });
  assert.throws(() => splitArguments(["--web-port"]), RangeError);
});

Deno.test("the web interface refuses an address that other machines reach, and says how to do it right", async () => {
  const task = await taskArguments("web");
  const { code, stderr } = await runCommand(
    Deno.execPath(),
    [...task, "--host", "0.0.0.0", "--port", "0"],
    { cwd: PROJECT_FOLDER },
  );
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^sluice-web: Cannot listen on 0\.0\.0\.0: .*--tls-cert and --tls-key.*--insecure\n$/,
  );
});
