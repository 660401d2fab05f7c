import assert from "node:assert/strict";
import type { Effect, Update } from "#tui/model/effect.ts";
import { initialModel } from "#tui/model/initial_model.ts";
import type { Message } from "#tui/model/message.ts";
import type { Model } from "#tui/model/model.ts";
import { Program, type ProgramEffects, type ProgramOptions } from "#tui/program.ts";
import { CLEAR_SCREEN } from "#tui/terminal/terminal_modes.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { FakeProgramTerminal } from "./fake_program_terminal.ts";

const MODEL: Model = {
  ...initialModel({
    columns: 80,
    rows: 24,
    nowMs: 0,
    serverAddress: "127.0.0.1:1",
    localFolder: "/tmp",
  }),
  link: { state: "online", agent: "test", connectionId: 1 },
};
const REFRESH: Effect = { kind: "reconnect" };

/** What a test sees of a program. */
interface Run extends AsyncDisposable {
  readonly terminal: FakeProgramTerminal;
  readonly program: Program;
  readonly messages: Message[];
  /** Effects, and what else was asked of their runner. */
  readonly done: string[];
  readonly end: Promise<number>;
}

/** Starts a program in which `q` ends, `e` has an effect, and each message changes the frame. */
async function startProgram(changes: Partial<ProgramOptions> = {}): Promise<Run> {
  const terminal = new FakeProgramTerminal();
  const messages: Message[] = [];
  const done: string[] = [];
  const update = (model: Model, message: Message): Update<Model> => {
    messages.push(message);
    const key = message.kind === "input" && message.event.kind === "key" ? message.event.key : "";
    const code = message.kind === "stopAsked" ? message.code : key === "q" ? 7 : undefined;
    return {
      model: { ...model, exit: code === undefined ? undefined : { code } },
      effects: key === "e" ? [REFRESH] : [],
    };
  };
  const program = new Program({
    terminal,
    first: { model: MODEL, effects: [{ kind: "loadTrash" }] },
    update,
    draw: () => `frame ${messages.length}`,
    makeEffects: () =>
      Promise.resolve({
        start: () => done.push("start"),
        run: (effect: Effect) => done.push(effect.kind),
        close: () => Promise.resolve(void done.push("close")),
      }),
    ...changes,
  });
  const end = program.run();
  end.catch(() => {}); // A test looks at it later.
  await terminal.reading;
  return {
    terminal,
    program,
    messages,
    done,
    end: withDeadline(end, "the program's end"),
    async [Symbol.asyncDispose](): Promise<void> {
      program.post({ kind: "stopAsked", code: 0 });
      await end.catch(() => {});
    },
  };
}

Deno.test("Program.run() enters, draws, runs the first effects, and restores at the end", async () => {
  await using run = await startProgram();
  run.terminal.type("q");
  assert.equal(await run.end, 7);
  assert.deepEqual(run.terminal.calls, ["enter", "restore"]);
  assert.deepEqual(run.done, ["start", "loadTrash", "close"]);
});

Deno.test("Program.post() hands on effects in the order of the messages", async () => {
  await using run = await startProgram();
  run.terminal.type("eeq");
  await run.end;
  assert.deepEqual(run.done, ["start", "loadTrash", "reconnect", "reconnect", "close"]);
});

Deno.test("Program.post() keeps effects until what does them is there", async () => {
  const loaded = Promise.withResolvers<void>();
  const done: string[] = [];
  await using run = await startProgram({
    async makeEffects(): Promise<ProgramEffects> {
      await loaded.promise;
      return {
        start: () => done.push("start"),
        run: (effect) => done.push(effect.kind),
        close: () => Promise.resolve(),
      };
    },
  });
  await Promise.resolve();
  run.terminal.type("e");
  assert.deepEqual(done, []);
  loaded.resolve();
  run.terminal.type("q");
  await run.end;
  assert.deepEqual(done.filter((kind) => kind !== "start"), ["loadTrash", "reconnect"]);
});

Deno.test("Program.run() draws many messages in few frames", async () => {
  await using run = await startProgram();
  for (let count = 0; count < 500; count++) run.terminal.type("x");
  await run.terminal.waitForFrames(2);
  assert.equal(run.terminal.frames.length, 2);
  assert.match(run.terminal.frames[1] ?? "", /frame 500/);
});

Deno.test("Program.run() lets progress wait, but not a key that comes while it waits", async () => {
  await using run = await startProgram();
  run.terminal.type("x");
  await run.terminal.waitForFrames(2);
  const drawnMs = performance.now();
  run.program.post({ kind: "progressed", reports: [] });
  await run.terminal.waitForFrames(3);
  // Timers are never early; how late they are says nothing.
  assert.ok(performance.now() - drawnMs > 200);
  run.program.post({ kind: "progressed", reports: [] });
  run.terminal.type("x");
  await run.terminal.waitForFrames(4);
  assert.match(run.terminal.frames[3] ?? "", /frame 4/);
});

Deno.test("Program.run() makes no frames for a terminal that takes none, then the latest", async () => {
  await using run = await startProgram();
  const taken = Promise.withResolvers<void>();
  run.terminal.taking = taken.promise;
  run.terminal.type("x");
  await run.terminal.waitForFrames(2);
  run.terminal.type("xx");
  // Longer than frames are apart: nothing may pile up behind the one that waits.
  await new Promise((resolve) => setTimeout(resolve, 250));
  assert.equal(run.terminal.frames.length, 2);
  run.terminal.taking = Promise.resolve();
  run.terminal.type("x");
  taken.resolve();
  await run.terminal.waitForFrames(3);
  assert.match(run.terminal.frames[2] ?? "", /frame 4/);
});

Deno.test("Program.run() takes a lone ESC for Escape after a moment", async () => {
  await using run = await startProgram();
  run.terminal.type("\x1b");
  await run.terminal.waitForFrames(2);
  const [message] = run.messages;
  assert.ok(message?.kind === "input" && message.event.kind === "key");
  assert.equal(message.event.key, "escape");
});

Deno.test("Program.run() draws all of the screen again after a change of size", async () => {
  await using run = await startProgram();
  run.terminal.resize(100, 30);
  await run.terminal.waitForFrames(2);
  const [message] = run.messages;
  assert.ok(message?.kind === "resized" && message.columns === 100 && message.rows === 30);
  assert.ok(run.terminal.frames[1]?.includes(CLEAR_SCREEN));
});

Deno.test("Program.run() draws nothing while Ctrl-Z stops the job, then everything", async () => {
  await using run = await startProgram();
  const continued = Promise.withResolvers<void>();
  run.terminal.continuing = continued.promise;
  run.terminal.type("\x1a");
  run.program.post({ kind: "tick" });
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.deepEqual(run.terminal.calls, ["enter", "suspend"]);
  assert.equal(run.terminal.frames.length, 1);
  continued.resolve();
  await run.terminal.waitForFrames(2);
  assert.ok(run.terminal.frames.at(-1)?.includes(CLEAR_SCREEN));
});

Deno.test("Program.run() hands the terminal back when a stopped job is ended as it goes on", async () => {
  await using run = await startProgram();
  const continued = Promise.withResolvers<void>();
  run.terminal.continuing = continued.promise;
  run.terminal.type("\x1a");
  await new Promise((resolve) => setTimeout(resolve, 0));
  // What `kill %1` of a shell does: SIGTERM, then SIGCONT.
  run.program.post({ kind: "stopAsked", code: 130 });
  await new Promise((resolve) => setTimeout(resolve, 0));
  continued.resolve();
  assert.equal(await run.end, 130);
  assert.deepEqual(run.terminal.calls, ["enter", "suspend", "continue", "restore"]);
});

Deno.test("Program.run() ends with 130 when the terminal goes away", async () => {
  await using run = await startProgram();
  run.terminal.hangUp();
  assert.equal(await run.end, 130);
});

Deno.test("Program.run() restores the terminal and throws when a view throws", async () => {
  let draws = 0;
  await using run = await startProgram({
    draw(): string {
      if (++draws > 1) throw new Error("a view is broken");
      return "fine";
    },
  });
  run.terminal.type("x");
  await assert.rejects(run.end, /a view is broken/);
  assert.deepEqual(run.terminal.calls, ["enter", "restore"]);
  assert.deepEqual(run.done.at(-1), "close");
});

Deno.test("Program.run() restores the terminal and throws when an update throws", async () => {
  await using run = await startProgram({
    update(): never {
      throw new Error("an update is broken");
    },
  });
  run.terminal.type("x");
  await assert.rejects(run.end, /an update is broken/);
  assert.deepEqual(run.terminal.calls, ["enter", "restore"]);
});
