import assert from "node:assert/strict";
import { mergeConfiguration, parseDelay } from "#server/configuration.ts";
import { parseConfigurationFile, readVariables, VARIABLES } from "#server/raw_configuration.ts";
import { completeSettings } from "#server/server_options.ts";

Deno.test("mergeConfiguration() prefers flags to variables and those to the file", () => {
  const { options, root } = mergeConfiguration(
    { port: "1" },
    { port: "2", workers: "2" },
    { port: "3", workers: "3", maxConnections: "3", root: "folder" },
  );
  assert.deepEqual(
    [options.port, options.workers, options.maxConnections, root],
    [1, 2, 3, "folder"],
  );
});

Deno.test("mergeConfiguration() leaves out what nobody set, so that the defaults hold", () => {
  const { options, root, logFormat } = mergeConfiguration({}, {}, {});
  assert.deepEqual(options, { throttle: {} });
  assert.deepEqual([root, logFormat], [undefined, "text"]);
  assert.equal(completeSettings({ ...options, root: "" }).port, 9999);
});

Deno.test("mergeConfiguration() reads sizes, rates and delays as people write them", () => {
  const { options } = mergeConfiguration({
    chunkSize: "64KiB",
    chunkDelay: "0.2s",
    rate: "10MB/s",
    ratePerConnection: "512KiB/s",
  });
  assert.deepEqual(options.throttle, {
    chunkBytes: 65_536,
    chunkDelayMs: 200,
    rate: 10_000_000,
    ratePerConnection: 524_288,
  });
});

Deno.test("mergeConfiguration() takes --classroom for 1000 bytes each 200 ms, where nothing stronger is said", () => {
  const slow = { chunkBytes: 1000, chunkDelayMs: 200 };
  assert.deepEqual(mergeConfiguration({ classroom: true }).options.throttle, slow);
  const overFile = mergeConfiguration({ classroom: true }, {}, { chunkSize: "1MiB" });
  assert.deepEqual(overFile.options.throttle, slow);
  const sameSource = mergeConfiguration({ classroom: true, chunkDelay: "50ms" });
  assert.deepEqual(sameSource.options.throttle, { ...slow, chunkDelayMs: 50 });
  const overVariables = mergeConfiguration({ chunkSize: "2000" }, { classroom: true });
  assert.deepEqual(overVariables.options.throttle, { ...slow, chunkBytes: 2000 });
});

for (
  const [raw, shown] of [
    [{ port: "http" }, "http"],
    [{ port: "-1" }, "-1"],
    [{ workers: "1.5" }, "1.5"],
    [{ chunkSize: "large" }, "large"],
    [{ chunkDelay: "soon" }, "soon"],
    [{ rate: "fast" }, "fast"],
    [{ ratePerConnection: "-1MB/s" }, "-1MB/s"],
    [{ logFormat: "xml" }, "xml"],
  ] as const
) {
  Deno.test(`mergeConfiguration() refuses ${JSON.stringify(raw)} and shows the value`, () => {
    assert.throws(() => mergeConfiguration(raw), (error) => {
      assert.ok(error instanceof RangeError);
      assert.ok(error.message.includes(shown), error.message);
      assert.ok(error.message.startsWith("Cannot "), error.message);
      return true;
    });
  });
}

Deno.test("completeSettings() refuses numbers out of range", () => {
  for (
    const options of [
      { port: 65_536 },
      { workers: 0 },
      { workers: 100_000 },
      { maxConnections: 0 },
      { throttle: { chunkBytes: 0 } },
      { throttle: { chunkBytes: 1024 * 1024 + 1 } },
      { throttle: { chunkDelayMs: -1 } },
      { throttle: { rate: 1.5 } },
    ]
  ) {
    assert.throws(() => completeSettings({ root: "", ...options }), RangeError);
  }
});

Deno.test("parseConfigurationFile() takes the flags' names in camelCase, numbers too", () => {
  const raw = parseConfigurationFile('{"port": 0, "rate": "1MB/s", "classroom": true}');
  assert.deepEqual(raw, { port: "0", rate: "1MB/s", classroom: true });
});

for (const json of ["", "{", "[]", "null", '{"prot": 1}', '{"port": {}}', '{"classroom": "yes"}']) {
  Deno.test(`parseConfigurationFile() refuses ${JSON.stringify(json)}`, () => {
    assert.throws(() => parseConfigurationFile(json), RangeError);
  });
}

Deno.test("readVariables() reads each SLUICE_ variable and passes over empty ones", () => {
  const names = new Set<string>();
  const raw = readVariables((name) => {
    names.add(name);
    if (name === "SLUICE_REQUIRE_TOKEN" || name === "SLUICE_INSECURE") return "no";
    if (name === "SLUICE_COMPRESS" || name === "SLUICE_READ_ONLY") return "off";
    if (name === "SLUICE_PENALTIES") return "no";
    if (name === "SLUICE_COMPRESS") return "off";
    return name === "SLUICE_CLASSROOM" ? "on" : name === "SLUICE_HOST" ? "" : "7";
  });
  assert.deepEqual(names, new Set(Object.values(VARIABLES)));
  assert.deepEqual([raw.classroom, raw.compress, raw.host, raw.port], [
    true,
    false,
    undefined,
    "7",
  ]);
  assert.deepEqual([raw.requireToken, raw.insecure, raw.penalties], [false, false, false]);
  assert.throws(() => readVariables(() => "maybe"), /SLUICE_CLASSROOM/);
});

Deno.test("parseDelay() knows milliseconds and seconds", () => {
  const cases = [["200ms", 200], ["200", 200], ["1.5s", 1500], [" 2 S ", 2000], ["0", 0]] as const;
  for (const [text, ms] of cases) assert.equal(parseDelay(text), ms);
  for (const text of ["", "ms", "1m", "-1", "1e3", "1,5s"]) {
    assert.throws(() => parseDelay(text), RangeError);
  }
});
