import assert from "node:assert/strict";
import { SluiceError } from "#protocol/sluice_error.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { type CliRun, type CliRunOptions, runWithFakes } from "./cli_run.ts";
import { FakeClient } from "./fake_client.ts";

Deno.test("upload sends each file into --to and prints a line for each", async () => {
  await using folder = await filledFolder();
  const run = await runIn(folder, ["upload", "a.txt", "sub/b.txt", "--to", "/docs/"]);
  assert.equal(run.code, 0);
  assert.deepEqual(run.client.calls.sort(), ["upload docs/a.txt", "upload docs/b.txt"]);
  assert.deepEqual(lines(run.terminal.stdout).sort(), [
    "uploaded a.txt to docs/a.txt (1 B)",
    "uploaded b.txt to docs/b.txt (2 B)",
  ]);
  assert.match(run.terminal.stderr, /^2 files, 3 B in /);
});

Deno.test("upload --as gives one file another name", async () => {
  await using folder = await filledFolder();
  const { client } = await runIn(folder, ["upload", "a.txt", "--as", "x/y.txt", "--to", "docs"]);
  assert.deepEqual(client.calls, ["upload docs/x/y.txt"]);
});

Deno.test("upload refuses a folder without --recursive and says how", async () => {
  await using folder = await filledFolder();
  const { code, terminal } = await runIn(folder, ["upload", "sub"]);
  assert.equal(code, 4);
  assert.equal(
    terminal.stderr,
    'sluice: Cannot upload "sub": it is a folder, add --recursive\n',
  );
});

Deno.test("upload --recursive sends folders, empty ones too, and skips symbolic links", async () => {
  await using folder = await filledFolder();
  await Deno.mkdir(folder.join("sub", "empty"));
  await Deno.symlink("/etc/passwd", folder.join("sub", "link"));
  const { code, client, terminal } = await runIn(folder, ["upload", "-r", "sub", "--jobs", "1"]);
  assert.equal(code, 0);
  assert.deepEqual(
    client.calls,
    [
      "mkdir sub with parents",
      "mkdir sub/empty with parents",
      "upload sub/b.txt",
    ].sort((a, b) => client.calls.indexOf(a) - client.calls.indexOf(b)),
  );
  assert.match(terminal.stderr, /skipped .*link: it is a symbolic link/);
});

Deno.test("upload goes on after failures, sums them up, and ends with the first one's code", async () => {
  await using folder = await filledFolder();
  const client = new FakeClient();
  client.onTransfer = (path) =>
    path === "a.txt"
      ? Promise.reject(
        new SluiceError("already_exists", 'Cannot upload "a.txt": the name is taken'),
      )
      : Promise.resolve();
  const args = ["upload", "a.txt", "gone.txt", "sub/b.txt", "--jobs", "1"];
  const { code, terminal } = await runIn(folder, args, { client });
  assert.equal(code, 4);
  assert.deepEqual(lines(terminal.stdout), ["uploaded b.txt (2 B)"]);
  assert.match(terminal.stderr, /^sluice: Cannot upload "a\.txt": the name is taken$/m);
  assert.match(
    terminal.stderr,
    /^2 of 3 files failed:\n {2}a\.txt: the name is taken\n {2}gone\.txt: there is no such/m,
  );
});

Deno.test("upload refuses two files that would get one name", async () => {
  await using folder = await filledFolder();
  await Deno.writeTextFile(folder.join("sub", "a.txt"), "other");
  const { code, client } = await runIn(folder, ["upload", "a.txt", "sub/a.txt"]);
  assert.equal(code, 4);
  assert.deepEqual(client.calls, ["upload a.txt"]);
});

Deno.test("upload passes its flags on, and shares the rate among what runs together", async () => {
  await using folder = await filledFolder();
  const args = ["upload", "a.txt", "sub/b.txt", "--limit-rate", "10MB/s", "--no-resume"];
  const flags = ["--verify", "sha256", "--on-conflict", "skip", "-q"];
  const { client, terminal } = await runIn(folder, [...args, ...flags]);
  const { limitRate, resume, verify, onConflict } = client.lastOptions ?? {};
  assert.deepEqual({ limitRate, resume, verify, onConflict }, {
    limitRate: 5e6,
    resume: false,
    verify: "sha256",
    onConflict: "skip",
  });
  assert.equal(terminal.both, "", "--quiet prints nothing when all is well");
});

Deno.test("transfers do not ask without a terminal", async () => {
  await using folder = await filledFolder();
  const { client } = await runIn(folder, ["upload", "a.txt"]);
  assert.equal(client.lastOptions?.onConflict, "error");
});

Deno.test("--json prints progress at most every 250 ms, results and errors", async () => {
  await using folder = await filledFolder();
  const client = new FakeClient();
  client.onTransfer = (_path, options) => {
    for (let done = 0; done <= 100; done++) {
      options.onProgress?.({
        state: "moving",
        doneBytes: done,
        totalBytes: 100,
        resumedFromBytes: 0,
      });
    }
    return Promise.resolve();
  };
  const args = ["--json", "upload", "a.txt", "gone.txt", "--to", "d"];
  const { code, terminal } = await runIn(folder, args, { client });
  assert.equal(code, 3);
  const [progress, ...others] = terminal.records.filter(({ type }) => type === "progress");
  assert.deepEqual(others, []);
  assert.deepEqual(progress, {
    type: "progress",
    direction: "upload",
    name: "d/a.txt",
    state: "moving",
    doneBytes: 0,
    totalBytes: 100,
    resumedFromBytes: 0,
  });
  const result = terminal.records.find(({ type }) => type === "result");
  assert.deepEqual(result, {
    type: "result",
    name: "d/a.txt",
    direction: "upload",
    outcome: "created",
    localPath: folder.join("a.txt"),
    remotePath: "d/a.txt",
    sizeBytes: 1,
    digest: "xxh128:00",
    seconds: 0.01,
    resumedFromBytes: 0,
  });
  const error = terminal.records.find(({ type }) => type === "error");
  assert.equal(error?.code, "not_found");
  assert.equal(error?.name, "gone.txt");
});

Deno.test("an interrupted transfer ends with 130 and says how to go on", async () => {
  await using folder = await filledFolder();
  const stop = new AbortController();
  const client = new FakeClient();
  client.onTransfer = (_path, { onProgress }) => {
    onProgress?.({ state: "moving", doneBytes: 1, totalBytes: 2, resumedFromBytes: 0 });
    stop.abort();
    return Promise.reject(new SluiceError("cancelled", "Cannot go on: cancelled"));
  };
  const args = ["upload", "a.txt", "sub/b.txt", "--jobs", "1"];
  const { code, terminal } = await runIn(folder, args, { client, signal: stop.signal });
  assert.equal(code, 130);
  assert.deepEqual(client.calls, ["upload a.txt"], "the second one never begins");
  assert.match(terminal.stderr, /sluice: interrupted; what was transferred is kept for resume/);
  assert.doesNotMatch(terminal.stderr, /Cannot go on/);
});

Deno.test("a transfer that is interrupted before anything is kept does not promise to resume", async () => {
  await using folder = await filledFolder();
  const stop = new AbortController();
  const client = new FakeClient();
  client.onTransfer = (_path, { onProgress }) => {
    for (const doneBytes of [1, 0]) {
      onProgress?.({ state: "moving", doneBytes, totalBytes: 2, resumedFromBytes: 0 });
    }
    stop.abort();
    return Promise.reject(new SluiceError("cancelled", "Cannot go on: cancelled"));
  };
  const { code, terminal } = await runIn(folder, ["upload", "a.txt"], {
    client,
    signal: stop.signal,
  });
  assert.equal(code, 130);
  assert.equal(terminal.stderr, "sluice: interrupted: run the same command again\n");
});

Deno.test("upload on a terminal asks about a taken name", async () => {
  await using folder = await filledFolder();
  const client = new FakeClient();
  let policy: unknown;
  client.onTransfer = async (name, { onConflict }) => {
    if (typeof onConflict !== "function") throw new Error("it does not ask");
    policy = await onConflict({ direction: "upload", name, source: name });
  };
  const options = { client, isInteractive: true, answers: ["keep both", "y"] };
  const { terminal } = await runIn(folder, ["upload", "a.txt"], options);
  assert.equal(policy, "rename");
  assert.match(terminal.stderr, /"a\.txt" already exists on the server:\n {2}1\) overwrite/);
});

Deno.test("Deno's own names for failures never reach the person", async () => {
  await using folder = await filledFolder();
  const { code, terminal } = await runIn(folder, ["upload", "gone.txt"]);
  assert.equal(code, 3);
  assert.equal(
    terminal.stderr,
    'sluice: Cannot upload "gone.txt": there is no such file or folder\n',
  );
});

/** a.txt, sub/b.txt */
async function filledFolder(): Promise<TempFolder> {
  const folder = await makeTempFolder();
  await Deno.writeTextFile(folder.join("a.txt"), "a");
  await Deno.mkdir(folder.join("sub"));
  await Deno.writeTextFile(folder.join("sub", "b.txt"), "bb");
  return folder;
}

function runIn(
  folder: TempFolder,
  args: readonly string[],
  options: CliRunOptions = {},
): Promise<CliRun> {
  return runWithFakes(args, { workingFolder: folder.path, ...options });
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
