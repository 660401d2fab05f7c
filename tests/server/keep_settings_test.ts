import assert from "node:assert/strict";
import { mergeConfiguration } from "#server/configuration.ts";
import { parseConfigurationFile, readVariables } from "#server/raw_configuration.ts";
import { completeSettings } from "#server/server_options.ts";

Deno.test("how long things are kept comes from flags, then variables, then the file", () => {
  const file = parseConfigurationFile(
    '{"trashKeep": "1d", "historyKeep": "2d", "uploadKeep": "3d"}',
  );
  const set: Record<string, string> = { SLUICE_HISTORY_KEEP: "4h", SLUICE_TRASH_SIZE: "5MB" };
  const variables = readVariables((name) => set[name]);
  const { options } = mergeConfiguration({ uploadKeep: "10s" }, variables, file);
  assert.deepEqual(options.timeouts, {
    trashKeepMs: 86_400_000,
    historyKeepMs: 4 * 3_600_000,
    uploadKeepMs: 10_000,
  });
  assert.equal(options.trashKeepBytes, 5_000_000);
});

Deno.test("without settings the trash stays 30 days and 10 GB, the history 90 days, uploads 7 days", () => {
  const { timeouts, trashKeepBytes } = completeSettings({
    root: "x",
    ...mergeConfiguration({}).options,
  });
  assert.equal(timeouts.trashKeepMs, 30 * 86_400_000);
  assert.equal(timeouts.historyKeepMs, 90 * 86_400_000);
  assert.equal(timeouts.uploadKeepMs, 7 * 86_400_000);
  assert.equal(trashKeepBytes, 10e9);
});

Deno.test("limits come from flags, then variables, then the file", () => {
  const file = parseConfigurationFile(
    '{"largestFile": "1GB", "quota": 5000, "readOnly": true, "denyNames": ["*.exe", "a,b"]}',
  );
  const set: Record<string, string> = {
    SLUICE_QUOTA: "2MB",
    SLUICE_READ_ONLY: "no",
    SLUICE_ALLOW_NAMES: "*.jpg,*.png",
  };
  const variables = readVariables((name) => set[name]);
  const { options } = mergeConfiguration({ reserve: "10GB" }, variables, file);
  assert.deepEqual(options.limits, {
    largestFileBytes: 1e9,
    quotaBytes: 2e6,
    reserveBytes: 10e9,
    isReadOnly: false,
    allowNames: ["*.jpg", "*.png"],
    denyNames: ["*.exe", "a,b"],
  });
});

Deno.test("a time or size that cannot be read is refused", () => {
  for (const key of ["trashKeep", "historyKeep", "uploadKeep", "trashSize"]) {
    assert.throws(() => mergeConfiguration({ [key]: "soon" }), RangeError, key);
  }
});
