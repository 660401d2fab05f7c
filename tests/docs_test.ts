import assert from "node:assert/strict";
import { ERROR_CODE_NAMES, ERROR_CODES } from "#protocol/error_code.ts";
import { FrameType } from "#protocol/frame.ts";
import * as limits from "#protocol/limits.ts";
import { listProjectFiles, readProjectFile } from "#tests/support/project_files.ts";

const PROTOCOL = await readProjectFile("docs/protocol.md");

Deno.test("docs/protocol.md §8 lists each error code with its number and whether to retry", () => {
  const rows = tableRows(PROTOCOL, /^\| (\d+) \| `(\w+)` \| .+ \| (yes|no) \|$/);
  const documented = rows.map(([wire, name, retry]) => ({ wire: Number(wire), name, retry }));
  const expected = ERROR_CODE_NAMES.map((name) => ({
    wire: ERROR_CODES[name].wire,
    name,
    retry: ERROR_CODES[name].isRetryable ? "yes" : "no",
  }));
  assert.deepEqual(documented, expected);
});

Deno.test("docs/protocol.md §4 lists each frame type with its byte", () => {
  const rows = tableRows(
    PROTOCOL,
    /^\| `([0-9A-F]{2})` \| ([A-Z_]+) \| (client|server|both) \| .+ \|$/,
  );
  const documented = rows.map(([byte = "", name]) => [name, Number.parseInt(byte, 16)]);
  assert.deepEqual(documented, Object.entries(FrameType));
});

/** Sentences that state a limit, with the limits that they state. */
const STATED: readonly (readonly [RegExp, readonly number[]])[] = [
  [/DATA 1 MiB \(([\d,]+)\)/, [limits.MAX_DATA_BYTES]],
  [/other frames to the server (\d+) KiB/, [limits.MAX_REQUEST_BYTES / 1024]],
  [/other frames to the client (\d+) MiB/, [limits.MAX_REPLY_BYTES / 1024 ** 2]],
  [/PING \| client \| up to (\d+) raw bytes/, [limits.MAX_PING_BYTES]],
  [
    /every `intervalMs` \(([\d,]+) to ([\d,]+),/,
    [limits.MIN_WATCH_INTERVAL_MS, limits.MAX_WATCH_INTERVAL_MS],
  ],
  [/one entry for each connection, at most (\d+)/, [limits.MAX_SNAPSHOT_OPERATIONS]],
  [
    /over ([\d,]+) bytes of UTF-8, over (\d+) names, or a name over (\d+) bytes/,
    [limits.MAX_PATH_BYTES, limits.MAX_PATH_DEPTH, limits.MAX_NAME_BYTES],
  ],
  [/The Sluice protocol, version (\d+)/, [limits.PROTOCOL_VERSION]],
];
for (const [sentence, expected] of STATED) {
  Deno.test(`docs/protocol.md states the limits of protocol/limits.ts in ${sentence.source}`, () => {
    const match = sentence.exec(PROTOCOL);
    assert.ok(match !== null, "the sentence is gone");
    assert.deepEqual(match.slice(1).map((digits) => Number(digits.replaceAll(",", ""))), expected);
  });
}

Deno.test("docs/protocol.md §2 shows the bytes of the preface", () => {
  const hex = [...limits.MAGIC].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0"));
  assert.ok(PROTOCOL.includes(`\`${hex.join(" ")}\`, ASCII \`SLUICE\``));
});

Deno.test("docs/protocol.md §3 says where the payload begins", () => {
  assert.ok(PROTOCOL.includes(`| ${limits.HEADER_BYTES} | length | payload |`));
});

Deno.test("docs/cli.md lists each exit code with the errors that lead to it", async () => {
  if (!(await listProjectFiles([".md"])).includes("docs/cli.md")) return;
  const rows = tableRows(await readProjectFile("docs/cli.md"), /^\| (\d+) \| (.+) \|$/);
  for (const name of ERROR_CODE_NAMES) {
    const { exit } = ERROR_CODES[name];
    const row = rows.find(([code]) => Number(code) === exit);
    assert.ok(row !== undefined, `no row for exit code ${exit}`);
    assert.ok(row[1]?.includes(`\`${name}\``), `exit code ${exit} does not name ${name}`);
  }
});

/** Gives the groups of each line that a pattern matches, in order. */
function tableRows(markdown: string, row: RegExp): readonly (readonly string[])[] {
  return markdown.split("\n").flatMap((line) => {
    const match = row.exec(line);
    return match === null ? [] : [match.slice(1)];
  });
}
