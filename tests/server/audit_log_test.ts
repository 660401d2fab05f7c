import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeAuditLine } from "#server/audit/audit_entry.ts";
import { AuditLog } from "#server/audit/audit_log.ts";
import { runCommand } from "#tests/support/run_command.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { until } from "./until.ts";

// deno-lint-ignore no-control-regex -- these are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

Deno.test("encodeAuditLine() gives one line of plain characters that JSON reads back, for any name", () => {
  const anyText = fc.array(fc.integer({ min: 0, max: 0x2100 })).map((codes) =>
    String.fromCharCode(...codes)
  );
  fc.assert(fc.property(anyText, anyText, (path, peer) => {
    const line = encodeAuditLine({ connection: 1, peer, operation: "stat", path, outcome: "done" });
    assert.doesNotMatch(line.slice(0, -1), UNSAFE);
    const read = JSON.parse(line);
    assert.deepEqual([read.path, read.peer], [path, peer]);
  }));
});

Deno.test("two processes that write to one log lose no line when it is put aside", async () => {
  await using folder = await makeTempFolder();
  const settings = { file: folder.join("audit"), sizeBytes: 500, keep: 100 };
  {
    await using one = await AuditLog.open(settings);
    await using two = await AuditLog.open(settings);
    for (let round = 0; round < 5; round++) {
      for (const [log, name] of [[one, "one"], [two, "two"]] as const) {
        for (let index = 0; index < 20; index++) {
          log.add(`{"who":"${name}","n":"${round}.${index}"}\n`);
        }
      }
      await until(() => linesIn(folder).length === (round + 1) * 40, "the lines");
    }
  }
  const lines = linesIn(folder);
  assert.equal(new Set(lines).size, 200);
  assert.ok([...Deno.readDirSync(folder.path)].length > 2);
});

Deno.test("a log that another program moves or removes goes on in a new file", async () => {
  await using folder = await makeTempFolder();
  const file = folder.join("audit");
  await using log = await AuditLog.open({ file, sizeBytes: 1e6, keep: 1 });
  for (
    const [index, leave] of [
      (): Promise<void> => Deno.rename(file, folder.join("moved")),
      (): Promise<void> => Deno.remove(file),
      (): Promise<void> => Promise.resolve(),
    ].entries()
  ) {
    log.add(`{"index":${index}}\n`);
    await until(() => linesIn(folder).includes(`{"index":${index}}`), "the line");
    await leave();
  }
  assert.equal(await Deno.readTextFile(file), '{"index":2}\n');
  assert.equal(await Deno.readTextFile(folder.join("moved")), '{"index":0}\n');
});

Deno.test("a log that is opened anew while a write is under way writes each line once", async () => {
  await using folder = await makeTempFolder();
  const file = folder.join("audit");
  await runCommand("mkfifo", [file]);
  // It opens when there is somebody who writes.
  const opening = Deno.open(file);
  const lines = Array.from({ length: 20_000 }, (_, index) => `{"index":${index}}`);
  let text: Promise<string>;
  {
    await using log = await AuditLog.open({ file, sizeBytes: 1e9, keep: 1 });
    const reader = await opening;
    log.add(`${lines.join("\n")}\n`);
    const first = new Uint8Array(1);
    // A pipe holds less than all of it, so from now on the write waits for us.
    assert.equal(await reader.read(first), 1);
    log.reopen();
    // Behind the timer that begins what was asked for.
    await new Promise((resolve) => setTimeout(resolve, 0));
    text = new Response(reader.readable).text().then((rest) => decode(first) + rest);
  }
  // Numbers, as a failure that shows all lines is hard to read.
  const read = (await text).split("\n").slice(0, -1);
  assert.deepEqual([read.length, new Set(read).size], [lines.length, lines.length]);
  assert.ok(read.every((line, index) => line === lines[index]), "in order");
});

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function linesIn(folder: TempFolder): string[] {
  return [...Deno.readDirSync(folder.path)].flatMap(({ name }) => {
    try {
      return Deno.readTextFileSync(folder.join(name)).split("\n").filter((line) => line !== "");
    } catch (error) {
      // It is being renamed at this moment; the next look sees it.
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  });
}
