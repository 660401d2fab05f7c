import assert from "node:assert/strict";
import { denoFolder } from "#tests/support/deno_folder.ts";
import { hasProgram, runCommand } from "#tests/support/run_command.ts";
import { taskArguments } from "#tests/support/project_config.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { NO_TERMINAL } from "./cli_terminal.ts";

/** A shell with its completion script loaded, `sluice` on its PATH, and a server with some files. */
interface ShellWorld extends AsyncDisposable {
  readonly folder: TempFolder;
  readonly env: Readonly<Record<string, string>>;
}

const HAS_BASH = await hasProgram("bash");
const HAS_ZSH = await hasProgram("zsh");
const HAS_FISH = await hasProgram("fish");
if (!HAS_ZSH) console.log("zsh is not here: its completion script is not tested");
if (!HAS_FISH) console.log("fish is not here: its completion script is not tested");

// Words as bash puts them into COMP_WORDS: quotes stay, words break at : and =.
const BASH_CASES: readonly (readonly [words: string, expected: readonly string[]])[] = [
  ["sta", ["stat", "status"]],
  ["upload --li", ["--limit-rate"]],
  ["download do", ["docs/"]],
  ["download docs/", ["docs/one.txt", "docs/two words.txt"]],
  ["download 'docs/two\\ w'", ["docs/two words.txt"]],
  ["stat '\"docs/two w'", ["docs/two words.txt"]],
  ["upload local\\ f", ["local file.txt"]],
  ["upload loc", ["local file.txt", "localdir"]],
  ["download --to loc", ["localdir"]],
  ["stat a : b", ["b.txt"]],
];

// What is typed before Tab and Enter, and the words that the program then gets.
const ZSH_CASES: readonly (readonly [typed: string, words: string])[] = [
  ["sluice renam", "rename"],
  ["sluice upload --li", "upload|--limit-rate"],
  ["sluice stat docs/o", "stat|docs/one.txt"],
  ["sluice stat docs/tw", "stat|docs/two words.txt"],
  ["sluice upload local\\ f", "upload|local file.txt"],
  ["sluice download --to locald", "download|--to|localdir"],
];

Deno.test("bash completes commands, flags, local names and names on the server", {
  ignore: !HAS_BASH,
}, async () => {
  await using world = await makeWorld("bash");
  const words = BASH_CASES.map(([line]) => line);
  const script = [
    `source ${world.folder.join("script")}`,
    ...words.map((line) =>
      `COMP_WORDS=(sluice ${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _sluice; ` +
      `printf '%s\\n' "\${COMPREPLY[@]}"; echo --`
    ),
  ].join("\n");
  const { stdout, stderr } = await runCommand("bash", ["--norc", "-c", script], inWorld(world));
  assert.equal(stderr, "");
  const answers = stdout.split("--\n").slice(0, -1).map((text) =>
    text.split("\n").slice(0, -1).sort()
  );
  assert.deepEqual(answers, BASH_CASES.map(([, expected]) => expected));
});

Deno.test("bash at a terminal quotes what it completes", {
  ignore: !HAS_BASH || NO_TERMINAL !== undefined,
}, async () => {
  await using world = await makeWorld("bash");
  const typed = [
    `source ${world.folder.join("script")}`,
    'sluice() { if [[ $1 == __complete ]]; then command sluice "$@"; else (IFS="|"; echo "RAN:$*"); fi; }',
    "sluice stat docs/tw\t",
    "sluice upload local\\ f\t",
    "sluice stat a:\t",
    "exit",
  ].map((line) => `${line}\n`).join("");
  const { stdout } = await runCommand("script", ["-qfec", "bash --norc -i", "/dev/null"], {
    ...inWorld(world),
    stdin: new TextEncoder().encode(typed),
  });
  const ran = [...stdout.matchAll(/^RAN:([^\r\n]*)/gm)].map(([, words]) => words);
  assert.deepEqual(ran, ["stat|docs/two words.txt", "upload|local file.txt", "stat|a:b.txt"]);
});

Deno.test("fish completes commands, flags, local names and names on the server", {
  ignore: !HAS_FISH,
}, async () => {
  await using world = await makeWorld("fish");
  const complete = async (line: string): Promise<string[]> => {
    const script = `source ${world.folder.join("script")}; complete -C '${line}'`;
    const { stdout } = await runCommand("fish", ["--no-config", "-c", script], inWorld(world));
    return stdout.split("\n").slice(0, -1).map((row) => row.split("\t", 1)[0] ?? "");
  };
  assert.deepEqual(await complete("sluice sta"), ["stat", "status"]);
  assert.deepEqual(await complete("sluice upload --li"), ["--limit-rate"]);
  assert.deepEqual(await complete("sluice stat docs/o"), ["docs/one.txt"]);
  assert.deepEqual(await complete("sluice upload loc"), ["local file.txt", "localdir/"]);
  assert.deepEqual(await complete("sluice download --to loc"), ["localdir/"]);
});

Deno.test("zsh completes commands, flags, local names and names on the server", {
  ignore: !HAS_ZSH,
}, async () => {
  await using world = await makeWorld("zsh");
  // A real zsh in its own terminal; the function shows what the command line became.
  const setup = [
    "autoload -U compinit; compinit -u -D",
    `source ${world.folder.join("script")}`,
    'sluice() { if [[ $1 == __complete ]] { command sluice "$@" } else { print -r -- "RAN:${(j:|:)@}" } }',
  ].join("; ");
  const lines = ZSH_CASES.map(([line]) =>
    [
      `zpty -w -n shell ${quote(`${line}\t\n`)}`,
      "zpty -m -r shell out '*RAN:*'$'\\n''*'; print -r -- $out",
    ].join("\n")
  );
  const script = [
    "zmodload zsh/zpty; zpty shell zsh -f -i",
    `zpty -w shell ${quote(`${setup}; print READ''Y`)}`,
    "zpty -m -r shell out '*READY*'",
    ...lines,
  ].join("\n");
  const { stdout } = await runCommand("zsh", ["-f", "-c", script], inWorld(world));
  const ran = [...stdout.matchAll(/RAN:([^\r\n]*)/g)].map(([, words]) => words);
  assert.deepEqual(ran, ZSH_CASES.map(([, expected]) => expected), stdout);
});

Deno.test("completion scripts stay silent when there is no server", async () => {
  await using world = await makeWorld("bash");
  const { code, stdout, stderr } = await runCommand(
    world.folder.join("bin", "sluice"),
    ["__complete", "--", "--server", "127.0.0.1:1", "stat", "a"],
    inWorld(world),
  );
  assert.deepEqual([code, stdout, stderr], [0, "", ""]);
});

async function makeWorld(shell: string): Promise<ShellWorld> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await makeTempFolder());
  const root = stack.use(await makeTempFolder());
  for (const name of ["here", "bin"]) await Deno.mkdir(folder.join(name));
  await Deno.mkdir(root.join("docs"));
  for (const name of ["a:b.txt", "docs/one.txt", "docs/two words.txt"]) {
    await Deno.writeTextFile(root.join(name), "x");
  }
  await Deno.writeTextFile(folder.join("here", "local file.txt"), "x");
  await Deno.mkdir(folder.join("here", "localdir"));
  const server = stack.use(await startServerProcess({ root: root.path }));
  await Deno.writeTextFile(folder.join("bin", "sluice"), await shim(), { mode: 0o755 });
  const env = {
    PATH: `${folder.join("bin")}:${Deno.env.get("PATH") ?? ""}`,
    SLUICE_SERVER: server.address,
    HOME: folder.path,
    // Else each shell would fetch and compile everything anew into that home.
    DENO_DIR: await denoFolder(),
    TERM: "dumb",
  };
  const script = await runCommand(folder.join("bin", "sluice"), ["completions", shell], { env });
  await Deno.writeTextFile(folder.join("script"), script.stdout);
  const owned = stack.move();
  return { folder, env, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/**
 * What `deno install -g` writes, without touching the account's own programs; and with more patience at
 * the Tab key than a person has, as the machine may be busy.
 */
async function shim(): Promise<string> {
  const args = (await taskArguments("client.ts")).map((word) =>
    word === "client/main.ts" ? `${PROJECT_FOLDER}/client/main.ts` : word
  );
  const [run, ...rest] = args;
  const config = `${PROJECT_FOLDER}/deno.json`;
  const patient = 'if [ "$1" = __complete ]; then shift; set -- __complete --patience 1m "$@"; fi';
  return `#!/bin/sh\n${patient}\nexec '${Deno.execPath()}' ${run} --config '${config}' ${
    rest.map(quote).join(" ")
  } "$@"\n`;
}

function inWorld(world: ShellWorld): { cwd: string; env: Readonly<Record<string, string>> } {
  return { cwd: world.folder.join("here"), env: world.env };
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
