import assert from "node:assert/strict";
import { join } from "node:path";
import { withDeadline } from "#tests/support/deadline.ts";
import { makeToken, runTokenCommand } from "#tests/support/make_token.ts";
import { taskArguments } from "#tests/support/project_config.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { hasProgram, runClient, runCommand } from "#tests/support/run_command.ts";
import { startClientProcess } from "#tests/support/client_process.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { NO_TERMINAL, openCliTerminal } from "./cli_terminal.ts";

Deno.test("a token made beside a running server is asked for at once, and works in every way to give it", async () => {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  await using server = await startServerProcess({ root });
  const at = ["--server", server.address];
  assert.equal(
    (await runClient([...at, "list"])).code,
    0,
    "nobody is asked before the first token",
  );
  const token = await makeToken(root, "ann", "--role", "writer", "--expires", "30d");
  await server.waitForLog((line) => line.includes("tokens are asked for"), "the first token");

  const without = await runClient([...at, "list"]);
  assert.deepEqual([without.code, without.stdout], [5, ""]);
  assert.match(
    without.stderr,
    /^sluice: .*asks for an access token; .*SLUICE_TOKEN.*--token-file FILE\n$/,
  );
  const wrong = await runClient([...at, "list"], { env: { SLUICE_TOKEN: `${token}x` } });
  assert.deepEqual([wrong.code, wrong.stdout], [5, ""]);
  assert.match(wrong.stderr, /has a slip/);
  assert.ok(!wrong.stderr.includes(token));

  await Deno.writeTextFile(folder.join("a.txt"), "hello");
  const variable = await runClient([...at, "upload", "a.txt"], {
    cwd: folder.path,
    env: { SLUICE_TOKEN: token },
  });
  assert.equal(variable.code, 0, variable.stderr);
  await Deno.writeTextFile(folder.join("token"), ` ${token}\n`, { mode: 0o600 });
  const file = await runClient(["--token-file", "token", ...at, "list"], { cwd: folder.path });
  assert.deepEqual([file.code, file.stdout], [0, "a.txt\n"], file.stderr);
  const gone = await runClient([...at, "delete", "a.txt", "--permanent", "--yes"], {
    env: { SLUICE_TOKEN: token },
  });
  assert.equal(gone.code, 5);
  assert.match(gone.stderr, /role "admin", and the access token has "writer"/);

  if (Deno.build.os !== "windows") {
    await Deno.chmod(folder.join("token"), 0o640);
    const open = await runClient([...at, "list", "--token-file=token"], { cwd: folder.path });
    assert.equal(open.code, 5);
    assert.match(open.stderr, /others may read it; .*chmod 600/);
  }
  const missing = await runClient([...at, "list", "--token-file", "nowhere"]);
  assert.equal(missing.code, 3);
  assert.ok(!server.stderr.text.includes(token), "the log does not hold the token");
});

Deno.test("revoking a token ends a transfer that uses it", async () => {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  const token = await makeToken(root, "ann", "--role", "writer");
  await using server = await startServerProcess({ root, flags: ["--rate", "100kB/s"] });
  await Deno.writeFile(folder.join("big"), new Uint8Array(20_000_000));
  await Deno.writeTextFile(folder.join("token"), token, { mode: 0o600 });
  await using upload = await startClientProcess(server.address, [
    "upload",
    folder.join("big"),
    "--token-file",
    folder.join("token"),
  ]);
  await upload.stdout.waitFor((line) => line.includes('"moving"'), "the upload");
  const listed = await runTokenCommand(root, ["list", "--json"]);
  assert.match(listed.stdout, /^\{"type":"token","name":"ann","role":"writer","path":"\/"/);
  assert.ok(!listed.stdout.includes(token));
  const revoked = await runTokenCommand(root, ["revoke", "ann"]);
  assert.deepEqual([revoked.code, revoked.stdout], [0, ""], revoked.stderr);
  const { code } = await upload.ended;
  assert.equal(code, 5, upload.stderr.text);
  assert.match(upload.stderr.text, /not accepted/);
  assert.equal((await runTokenCommand(root, ["revoke", "ann"])).code, 3);
  assert.equal((await runTokenCommand(folder.join("typo"), ["list"])).code, 3);
  await assert.rejects(Deno.stat(folder.join("typo")), Deno.errors.NotFound);
});

Deno.test("token create --quota says how much, list shows it, and a size that is none is refused", async () => {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  const flags = ["--role", "writer", "--path", "/ann", "--quota"];
  const made = await runTokenCommand(root, ["create", "ann", ...flags, "10GB"]);
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stderr, /token "ann" has the role writer in "\/ann", up to 10\.0 GB;/);
  const listed = await runTokenCommand(root, ["list", "--json"]);
  assert.equal(JSON.parse(listed.stdout).quotaBytes, 10e9);
  assert.match(
    (await runTokenCommand(root, ["list"])).stdout,
    /^ann {2}writer {2}\/ann {2}up to 10\.0 GB /,
  );
  for (const size of ["0", "much"]) {
    assert.equal((await runTokenCommand(root, ["create", "bob", ...flags, size])).code, 2, size);
  }
});

Deno.test({
  name: "the client asks for a token on a terminal, without showing it, once for all that follows",
  ignore: NO_TERMINAL !== undefined,
  fn: async (): Promise<void> => {
    await using folder = await makeTempFolder();
    const root = folder.join("root");
    const token = await makeToken(root, "ann", "--role", "reader");
    await Deno.writeTextFile(join(root, "hello.txt"), "hello");
    await using server = await startServerProcess({ root });
    await using terminal = await openCliTerminal(["--server", server.address], {
      cwd: folder.path,
    });
    await terminal.waitFor("> ");
    await terminal.type("3\r");
    await terminal.waitFor(`Access token for ${server.address}: `);
    await terminal.type("sluice_wrong\r");
    await terminal.waitFor("has a slip");
    await terminal.waitFor("Access token");
    await terminal.type(`${token}\r`);
    await terminal.waitFor("hello.txt");
    await terminal.waitFor("> ");
    await terminal.type("3\r");
    await terminal.waitFor("hello.txt");
    await terminal.waitFor("> ");
    await terminal.type("q\r");
    assert.equal(await terminal.exitCode(), 0);
    assert.ok(!terminal.written.includes("sluice_wrong"));
    assert.ok(!terminal.written.includes(token.slice(0, 20)));
  },
});

Deno.test({
  name: "a terminal shows what is typed again behind the question for a token, which Ctrl-C ends",
  ignore: NO_TERMINAL !== undefined,
  fn: async (): Promise<void> => {
    await using folder = await makeTempFolder();
    const root = folder.join("root");
    await using server = await startServerProcess({ root, flags: ["--require-token"] });
    const tty = folder.join("tty");
    await using terminal = await openCliTerminal(["--server", server.address], {
      cwd: folder.path,
      ttyFile: tty,
    });
    await terminal.waitFor("> ");
    await terminal.type("3\r");
    await terminal.waitFor("Access token");
    const device = (await Deno.readTextFile(tty)).trim();
    const settings = async (): Promise<string> =>
      (await runCommand("stty", ["-a", "-F", device])).stdout;
    const untilEcho = async (wanted: RegExp): Promise<void> => {
      while (!wanted.test(await settings()));
    };
    await withDeadline(untilEcho(/(^|\s)-echo(\s|$)/m), "the terminal to show nothing");
    await terminal.type("\x04");
    await terminal.waitFor("--token-file FILE");
    await terminal.waitFor("> ");
    await withDeadline(untilEcho(/(^|\s)echo(\s|$)/m), "the terminal to show what is typed");
    await terminal.type("3\r");
    await terminal.waitFor("Access token");
    await terminal.type("\x03");
    assert.equal(await terminal.exitCode(), 130);
  },
});

Deno.test({
  name: "Ctrl-\\ at the question for a token gives the terminal back as Ctrl-C does",
  ignore: NO_TERMINAL !== undefined,
  fn: async (): Promise<void> => {
    await using folder = await makeTempFolder();
    await using server = await startServerProcess({
      root: folder.join("root"),
      flags: ["--require-token"],
    });
    await using terminal = await openCliTerminal(["list", "--server", server.address], {
      cwd: folder.path,
    });
    await terminal.waitFor("Access token");
    await terminal.type("\x1c");
    // A program that SIGQUIT ends restores nothing, and has 131.
    assert.equal(await terminal.exitCode(), 130);
  },
});

Deno.test("token without a command prints help to stderr, and ends with 2 as the client does", async () => {
  const command = [...await taskArguments("server"), "token"];
  const nothing = await runCommand(Deno.execPath(), command, { cwd: PROJECT_FOLDER });
  assert.deepEqual([nothing.code, nothing.stdout], [2, ""]);
  assert.match(nothing.stderr, /COMMANDS\n {2}create/);
  const help = await runCommand(Deno.execPath(), [...command, "--help"], { cwd: PROJECT_FOLDER });
  assert.deepEqual([help.code, help.stderr], [0, ""]);
  assert.match(help.stdout, /COMMANDS\n {2}create/);
});

const hasPython = await hasProgram("python3");
Deno.test({
  name: "sluice_client.py uses a token when it only knows docs/protocol.md",
  ignore: !hasPython,
  fn: async (): Promise<void> => {
    await using folder = await makeTempFolder();
    const root = folder.join("root");
    const token = await makeToken(root, "ann", "--role", "reader");
    await using server = await startServerProcess({ root });
    const program = join(PROJECT_FOLDER, "tests", "e2e", "sluice_client.py");
    const run = (SLUICE_TOKEN: string, command: string): ReturnType<typeof runCommand> =>
      runCommand("python3", [program, "--server", server.address, command], {
        env: { SLUICE_TOKEN },
      });
    assert.deepEqual(JSON.parse((await run(token, "role")).stdout), { role: "reader" });
    assert.match((await run("", "role")).stderr, /^token_required: /);
    assert.match((await run("sluice_other", "role")).stderr, /^token_refused: /);
    assert.match((await run(token, "trash")).stderr, /^permission_denied: /);
  },
});
