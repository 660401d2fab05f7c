import assert from "node:assert/strict";
import { runWithFakes } from "./cli_run.ts";
import { FakeClient } from "./fake_client.ts";

const ROOT = {
  "a.txt": 1,
  "a b.txt": 1,
  docs: { "x.txt": 1, "deep": {} },
  "evil\n": 1,
  link: "symlink" as const,
};

const CASES: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [["up"], ["upload"]],
  [["st"], ["stat", "status"]],
  [["__"], []],
  [["--server", "box:1", "--json", "mk"], ["mkdir"]],
  [["--js"], ["--json"]],
  [["list", "--lo"], ["--long"]],
  [["upload", "--no"], ["--no-resume"]],
  [["upload", "--on-conflict", "o"], ["overwrite"]],
  [["upload", "--verify", ""], ["xxh128", "sha256"]],
  [["upload", ""], [":files"]],
  [["upload", "--to", "d"], ["docs/"]],
  [["download", "--to", "d"], [":folders"]],
  [["download", "a"], ["a b.txt", "a.txt"]],
  [["download", "/docs/"], ["/docs/deep/", "/docs/x.txt"]],
  [["list", ""], ["docs/"]],
  [["rename", "a.txt", "docs/x"], ["docs/x.txt"]],
  [["stat", "e"], []],
  [["stat", "l"], []],
  [["completions", "z"], ["zsh"]],
  [["list", "--server", ""], []],
  [["list", "--token-file", "a"], [":files"]],
  [["list", "--ca", "a"], [":files"]],
  [["--ca", ""], [":files"]],
  [["nonsense", "x"], []],
  [["upload", '""'], [":files"]],
];

for (const [words, offered] of CASES) {
  Deno.test(`sluice ${words.join(" ")}<Tab> offers ${offered.join(" ") || "nothing"}`, async () => {
    const options = { client: new FakeClient(ROOT) };
    const { code, terminal } = await runWithFakes(["__complete", "--", ...words], options);
    const values = terminal.stdout.split("\n").slice(0, -1).map((line) => line.split("\t", 1)[0]);
    assert.equal(code, 0);
    assert.equal(terminal.stderr, "");
    assert.deepEqual(values, offered);
  });
}

Deno.test("completions ask the server that the command line names", async () => {
  const { client } = await runWithFakes(["__complete", "--", "--server=box:1", "stat", "a"]);
  assert.equal(client.connected?.server, "box:1");
});

Deno.test("completions stay silent when the server does not answer", async () => {
  const client = new FakeClient();
  client.list = () => {
    throw new Error("no server");
  };
  const { code, terminal } = await runWithFakes(["__complete", "--", "stat", "a"], { client });
  assert.deepEqual([code, terminal.both], [0, ""]);
});

Deno.test("completions SHELL prints a script that registers itself", async () => {
  for (
    const [shell, registration] of [
      ["bash", "complete -F _sluice sluice"],
      ["zsh", "compdef _sluice sluice"],
      ["fish", "complete -c sluice"],
      ["powershell", "Register-ArgumentCompleter -Native -CommandName sluice"],
    ] as const
  ) {
    const { code, terminal } = await runWithFakes(["completions", shell]);
    assert.equal(code, 0);
    assert.ok(terminal.stdout.includes(registration), shell);
    assert.ok(!terminal.stdout.includes("\\${"), shell);
  }
});
