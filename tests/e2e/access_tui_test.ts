import assert from "node:assert/strict";
import { withDeadline } from "#tests/support/deadline.ts";
import { makeCertificate } from "#tests/support/certificates.ts";
import { makeToken } from "#tests/support/make_token.ts";
import { taskArguments } from "#tests/support/project_config.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { runCommand } from "#tests/support/run_command.ts";
import { NO_SCREEN } from "#tests/support/screen_process.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { assertRestored, startTui } from "./tui_client.ts";

Deno.test({
  name: "the terminal client asks for a token in a dialog that does not show it, and says the role",
  ignore: NO_SCREEN !== undefined,
  fn: async (): Promise<void> => {
    await using folder = await makeTempFolder();
    const [root, local] = [folder.join("root"), folder.join("local")];
    await Deno.mkdir(local);
    const token = await makeToken(root, "ann", "--role", "reader");
    await Deno.writeTextFile(folder.join("root", "hello.txt"), "hello");
    await using server = await startServerProcess({ root });
    await using tui = await startTui({ address: server.address, local, columns: 100 });
    await tui.waitFor(/Access token[^]*asks for one/);
    await tui.type("sluice_slip\r");
    await tui.waitFor(/\*{11}[^]*has a slip/);
    await tui.type("\x15");
    await tui.type(token);
    await tui.waitFor(/\*{40}/);
    await tui.type("\r");
    await tui.waitFor(/online[^]*hello\.txt/);
    await tui.type("4");
    await tui.waitFor(/your role: reader/);
    await tui.type("q");
    assert.equal(await assertRestored(tui), 0);
    for (const secret of ["sluice_slip", token.slice(0, 12), token.slice(-12)]) {
      assert.ok(!tui.raw.includes(secret), "no part of it is on the screen");
    }
  },
});

Deno.test("the linear client takes a token from a file, and says what is missing without one", async () => {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  const token = await makeToken(root, "ann", "--role", "reader");
  await Deno.writeTextFile(folder.join("root", "hello.txt"), "hello");
  await Deno.writeTextFile(folder.join("token"), token, { mode: 0o600 });
  await using server = await startServerProcess({ root });
  const run = (...flags: readonly string[]): Promise<string> =>
    runLines(server.address, folder.path, ...flags);
  assert.match(await run("--token-file", folder.join("token")), /hello\.txt/);
  assert.match(await run(), /asks for an access token; .*SLUICE_TOKEN/);
});

Deno.test("the linear client encrypts with --ca, and says when it must", async () => {
  await using folder = await makeTempFolder();
  const { cert, key } = await makeCertificate(folder.path, "own");
  const root = folder.join("root");
  await Deno.mkdir(root);
  await Deno.writeTextFile(folder.join("root", "hello.txt"), "hello");
  await using server = await startServerProcess({
    root,
    flags: ["--tls-cert", cert, "--tls-key", key],
  });
  assert.match(await runLines(server.address, folder.path, "--ca", cert), /hello\.txt/);
  assert.match(
    await runLines(server.address, folder.path),
    /it encrypts its connections; say --tls/,
  );
});

async function runLines(
  server: string,
  local: string,
  ...flags: readonly string[]
): Promise<string> {
  const task = await taskArguments("tui");
  const args = [...task, "--server", server, "--local", local, "--plain", ...flags];
  const stdin = new TextEncoder().encode("server files\nquit\n");
  const running = runCommand(Deno.execPath(), args, { cwd: PROJECT_FOLDER, stdin });
  return (await withDeadline(running, "the linear client")).stdout;
}
