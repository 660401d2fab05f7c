import assert from "node:assert/strict";
import { childPermissions } from "#server/processes/child_permissions.ts";
import { completeSettings } from "#server/server_options.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { join } from "node:path";

const flags = (root: string, host: string): string[] =>
  childPermissions(completeSettings({ root, host, port: 9999 }));

Deno.test("childPermissions() let a process use root and its port, and run nothing but sync", () => {
  const code = ["server", "protocol"].map((folder) => join(PROJECT_FOLDER, folder)).join(",");
  assert.deepEqual(flags("/srv/files", "127.0.0.1"), [
    "--no-prompt",
    "--unstable-net",
    "--allow-net=127.0.0.1:9999",
    `--allow-read=/srv/files,${code}`,
    "--allow-write=/srv/files",
    "--allow-run=sync",
    "--allow-sys=statfs",
  ]);
});

Deno.test("childPermissions() let a process write the audit log, and what it is put aside as", () => {
  const audit = { file: "/var/log/sluice/audit.log" };
  const settings = completeSettings({ root: "/srv/files", port: 9999, audit });
  const { [3]: read, [4]: write } = childPermissions(settings);
  assert.equal(write, "--allow-write=/srv/files,/var/log/sluice");
  assert.match(read ?? "", /^--allow-read=\/srv\/files,\/var\/log\/sluice,/);
});

Deno.test("childPermissions() write an IPv6 address in brackets", () => {
  for (const host of ["::1", "[::1]"]) {
    assert.ok(flags("/srv/files", host).includes("--allow-net=[::1]:9999"));
  }
});

Deno.test("childPermissions() never name a folder that a comma would cut in two", () => {
  const { [3]: read, [4]: write } = flags("/srv/a,/etc", "127.0.0.1");
  assert.deepEqual([read, write], ["--allow-read", "--allow-write"]);
});
