import assert from "node:assert/strict";
import { join } from "node:path";
import { FrameType } from "#protocol/frame.ts";
import { taskArguments } from "#tests/support/project_config.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { type CommandResult, runCommand } from "#tests/support/run_command.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

Deno.test("the server says once that it listens, where, and what it serves", async () => {
  await using folder = await makeTempFolder();
  const root = folder.join("new", "root");
  await using server = await startServerProcess({ root });
  assert.deepEqual(server.stdout.lines, [
    `sluice: listening on 127.0.0.1:${server.port}, serving ${root}`,
  ]);
  assert.ok((await Deno.stat(root)).isDirectory, "root is made when it is missing");
});

Deno.test("the server refuses what it cannot use with one line on stderr and exit code 2", async () => {
  await using folder = await makeTempFolder();
  await Deno.writeTextFile(folder.join("file"), "");
  await Deno.writeTextFile(folder.join("bad.json"), '{"port": 1, "prot": 2}');
  const shared = folder.join("shared");
  await Deno.mkdir(shared);
  await Deno.writeTextFile(join(shared, "sluice.json"), "{}");
  await Deno.symlink(shared, folder.join("link"));
  await using other = await startServerProcess({ root: folder.join("other") });
  // A folder for each: whoever has one for a moment keeps the others out.
  let roots = 0;
  const root = (): string[] => ["--root", folder.join(`root-${roots++}`)];
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [["--root", folder.join("file")], /not a folder/],
    [["--root", folder.join("file", "below")], /not a folder/],
    [[...root(), "--port", String(other.port)], /port is in use.*--port/],
    [[...root(), "--port", "70000"], /port 70000/],
    [[...root(), "--port", "http"], /"http"/],
    [[...root(), "--chunk-size", "2MiB"], /chunk size/],
    [[...root(), "--rate", "fast"], /"fast"/],
    [[...root(), "--workers", "0"], /workers 0/],
    [[...root(), "--log-format", "xml"], /text or json/],
    [[...root(), "--processes", "0"], /0 processes.*1 to 64/],
    [[...root(), "--processes", "3", "--workers", "2"], /--workers 2 out among 3/],
    [[...root(), "--processes", "2", "--port", String(other.port)], /port is in use.*--port/],
    [[...root(), "--shared", "../up"], /share as/],
    [["--root", folder.join("other")], /another server serves it already.*--shared NAME/],
    [[...root(), "--config", folder.join("bad.json")], /prot/],
    [[...root(), "--config", folder.join("missing.json")], /Cannot start/],
    // Neither needs to ask a name server, which may take longer than a test.
    [[...root(), "--insecure", "--host", `${"n".repeat(64)}.invalid`], /Cannot start/],
    [[...root(), "--insecure", "--host", "192.0.2.1"], /Cannot start/],
    [
      [...root(), "--host", "0.0.0.0"],
      /Cannot listen on 0\.0\.0\.0: .*--tls-cert and --tls-key.*--insecure/,
    ],
    [[...root(), "--host", "192.0.2.1", "--require-token"], /overhear/],
    [["token", "create", "ann", "--role", "boss"], /boss/],
    [["token", "create", "a b", "--role", "reader", ...root()], /name of a token/],
    [["token", "create", "ann", "--role", "reader", "--expires", "soon", ...root()], /"soon"/],
    [["--root", shared, "--audit-log", folder.join("link", "logs", "audit")], /log .* in root/],
    [["--root", folder.join("link"), "--config", join(shared, "sluice.json")], /tion .* in root/],
    [["--root", shared, "--tls-cert", "a", "--tls-key", join(shared, "key")], /key .* in root/],
    [["--prot", "1"], /--port/],
    [["unexpected"], /./],
  ];
  await Promise.all(cases.map(async ([args, expected]) => {
    const { code, stdout, stderr } = await runServer(args);
    assert.deepEqual([code, stdout], [2, ""], `${args.join(" ")}: ${stderr}`);
    assert.match(stderr, expected);
    assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
  }));
});

Deno.test("the server takes flags before variables before the file", async () => {
  await using folder = await makeTempFolder();
  const config = folder.join("sluice.json");
  const settings = { workers: 3, maxConnections: 30, rate: "3MB/s", chunkSize: "30KiB" };
  await Deno.writeTextFile(config, JSON.stringify(settings));
  await using server = await startServerProcess({
    root: folder.join("root"),
    env: { SLUICE_MAX_CONNECTIONS: "20", SLUICE_RATE: "2MB/s", SLUICE_WORKERS: "" },
    flags: ["--rate", "1MB/s", "--config", config],
  });
  using peer = await RawPeer.greet(server);
  const { json } = await peer.request(FrameType.STATUS);
  assert.equal(json?.maxConnections, 20);
  assert.deepEqual(json?.throttle, {
    chunkBytes: 30 * 1024,
    chunkDelayMs: 0,
    rate: 1_000_000,
    ratePerConnection: 0,
  });
  assert.ok(isRecord(json?.workers) && json.workers.limit === 3);
});

Deno.test("the server resolves root and --config against the folder that the user stands in", async () => {
  await using folder = await makeTempFolder();
  await Deno.writeTextFile(folder.join("sluice.json"), '{"workers": 5}');
  await using server = await startServerProcess({
    root: "shared",
    env: { INIT_CWD: folder.path },
    flags: ["--config", "sluice.json"],
  });
  assert.ok((await Deno.stat(folder.join("shared"))).isDirectory);
  using peer = await RawPeer.greet(server);
  const { json } = await peer.request(FrameType.STATUS);
  assert.ok(isRecord(json?.workers) && json.workers.limit === 5);
});

Deno.test("the server takes no other program's INIT_CWD for the folder that the user stands in", async () => {
  await using folder = await makeTempFolder();
  const [run = "", ...args] = (await taskArguments("server")).map((word) =>
    word === "server/main.ts" ? `${PROJECT_FOLDER}/server/main.ts` : word
  );
  const { code, stderr } = await runCommand(
    Deno.execPath(),
    [run, ...args, "--root", "shared", "--port", "0", "--config", "none.json"],
    { cwd: folder.path, env: { INIT_CWD: "/nowhere" } },
  );
  assert.equal(code, 2);
  assert.match(stderr, new RegExp(`${folder.path}/none\\.json`));
});

Deno.test("the server's help names each flag of the contract", async () => {
  const { code, stdout } = await runServer(["--help"]);
  assert.equal(code, 0);
  const flags = ["host", "port", "root", "chunk-size", "chunk-delay", "classroom", "rate"];
  flags.push("rate-per-connection", "workers", "max-connections", "log-format", "config");
  for (const flag of flags) assert.ok(stdout.includes(`--${flag}`), `--${flag}`);
});

async function runServer(args: readonly string[]): Promise<CommandResult> {
  return await runCommand(Deno.execPath(), [...await taskArguments("server"), ...args], {
    cwd: PROJECT_FOLDER,
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
