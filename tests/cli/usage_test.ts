import assert from "node:assert/strict";
import { readProjectFile } from "#tests/support/project_files.ts";
import { runWithFakes } from "./cli_run.ts";
import { FakeClient } from "./fake_client.ts";

const COMMANDS = [
  ..."upload download list stat rename delete mkdir status completions".split(" "),
  ..."sync verify search checksum preview history".split(" "),
];

const WRONG: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [["lst"], /Cannot run "lst": there is no such command, did you mean "list"\?/],
  [["uplaod", "a"], /did you mean "upload"\?/],
  [["xyzzy"], /Cannot run "xyzzy": there is no such command; see sluice --help/],
  [["constructor"], /Cannot run "constructor"/],
  [["__proto__"], /Cannot run "__proto__"/],
  [["list", "--lnog"], /Cannot use --lnog: there is no such flag, did you mean --long\?/],
  [["list", "-z"], /Cannot use -z: there is no such flag/],
  [["list", "a", "b"], /Cannot use "b": at most 1 name is expected here/],
  [["upload", "a", "--jobs", "0"], /Cannot use "0" for --jobs: it must be 1 to 64/],
  [["upload", "a", "--jobs", "65"], /Cannot use "65" for --jobs/],
  [["upload", "a", "--jobs"], /Cannot use --jobs: its value is missing/],
  [["upload", "a", "--on-conflict", "x"], /it must be error, overwrite, rename or skip/],
  [
    ["upload", "a", "--verify", "md5"],
    /Cannot use "md5" for --verify: it must be xxh128 or sha256/,
  ],
  [["upload", "a", "--limit-rate", "fast"], /Cannot read "fast" as a rate/],
  [["upload", "a", "b", "--as", "c"], /Cannot upload several files --as one name/],
  [["list", "--server", "a", "--server", "b"], /Cannot use --server twice/],
  [["completions", "tcsh"], /Cannot complete for "tcsh"/],
  [["completions"], /is missing/],
];

for (const [args, message] of WRONG) {
  Deno.test(`sluice ${args.join(" ")} is a usage error in one line`, async () => {
    const { code, terminal } = await runWithFakes(args);
    assert.equal(code, 2);
    assert.match(terminal.stderr, message);
    assert.match(terminal.stderr, /^sluice: [^\n]*\n$/);
    assert.equal(terminal.stdout, "");
  });
}

Deno.test("a usage error with --json is an object on stdout too", async () => {
  const { code, terminal } = await runWithFakes(["--json", "lst"]);
  assert.equal(code, 2);
  assert.deepEqual(terminal.records.map(({ type, code }) => ({ type, code })), [
    { type: "error", code: "invalid_request" },
  ]);
});

Deno.test("what was typed is escaped in a usage error", async () => {
  const { terminal } = await runWithFakes(["\x1b[2J\nsluice: all is well"]);
  assert.ok(!terminal.stderr.includes("\x1b"));
  assert.match(terminal.stderr, /^[^\n]*\n$/);
});

Deno.test("--help prints to stdout, no command without a terminal prints help to stderr", async () => {
  const help = await runWithFakes(["--help"]);
  assert.equal(help.code, 0);
  assert.match(help.terminal.stdout, /COMMANDS\n {2}upload/);
  assert.ok(!help.terminal.stdout.includes("__complete"));
  for (const flag of ["--server", "--token-file", "--tls", "--ca FILE", "--json", "--quiet"]) {
    assert.ok(help.terminal.stdout.includes(`\n  ${flag} `), flag);
  }
  const nothing = await runWithFakes([]);
  assert.equal(nothing.code, 2);
  assert.equal(nothing.terminal.stdout, "");
  assert.match(nothing.terminal.stderr, /COMMANDS\n {2}upload/);
});

Deno.test("each command has help", async () => {
  for (const name of COMMANDS) {
    const { code, terminal } = await runWithFakes([name, "--help"]);
    assert.equal(code, 0, name);
    assert.match(terminal.stdout, new RegExp(`^USAGE\n {2}sluice ${name}`), name);
  }
});

Deno.test("--version prints the version alone", async () => {
  const { code, terminal } = await runWithFakes(["--version"]);
  assert.equal(code, 0);
  assert.match(terminal.stdout, /^\d+\.\d+\.\d+\n$/);
});

Deno.test("a remote name that breaks a rule ends with exit code 5", async () => {
  for (const name of ["../x", "a/../b", ".sluice", "a\\b"]) {
    const { code, terminal } = await runWithFakes(["stat", name]);
    assert.equal(code, 5, name);
    assert.match(terminal.stderr, /^sluice: Cannot use name /);
  }
});

Deno.test("a fault of the program's own shows no stack", async () => {
  const client = new FakeClient();
  client.status = () => Promise.reject(new TypeError("boom"));
  const { code, terminal } = await runWithFakes(["status"], { client });
  assert.equal(code, 1);
  assert.equal(terminal.stderr, "sluice: Cannot finish: boom\n");
});

Deno.test("docs/cli.md names each command and each flag that help shows", async () => {
  const docs = await readProjectFile("docs/cli.md");
  for (const name of COMMANDS) {
    const { terminal } = await runWithFakes([name, "--help"]);
    assert.ok(docs.includes(`| \`${name} `) || docs.includes(`| \`${name}\``), name);
    for (const [flag] of terminal.stdout.matchAll(/(?<=^ +(?:-\w)? *\[?)--[a-z][a-z-]+/gm)) {
      const written = flag === "--resume" ? "--no-resume" : flag;
      assert.ok(
        docs.includes(`\`${written}`) || docs.includes(` ${written}`),
        `${name} ${written}`,
      );
    }
  }
});
