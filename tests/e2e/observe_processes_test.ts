import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { done } from "#tests/server/done.ts";
import { until } from "#tests/server/until.ts";
import { makeCertificate } from "#tests/support/certificates.ts";
import { makeToken } from "#tests/support/make_token.ts";
import { type MetricFamily, parseOpenMetrics } from "#tests/support/open_metrics_parser.ts";
import { type ProcessFleet, startFleet } from "#tests/support/process_fleet.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import type { RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, uploadRaw } from "#tests/support/raw_transfer.ts";
import { runClient } from "#tests/support/run_command.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const { STATUS, THROTTLE, GET, PUT, MKDIR, DELETE, DATA } = FrameType;
const BYTES = randomBytes(300_000);
const ACCEPT = "application/openmetrics-text; version=1.0.0";

Deno.test("two processes are watched, limited and changed as one server", async (t) => {
  await using folder = await makeTempFolder();
  await using other = await makeTempFolder();
  const root = folder.join("root");
  const config = other.join("server.json");
  const audit = other.join("logs", "audit");
  const configure = (settings: Readonly<Record<string, unknown>>): Promise<void> =>
    Deno.writeTextFile(config, JSON.stringify({ metrics: "127.0.0.1:0", ...settings }));
  await configure({ quota: "10MB" });
  await using fleet = await startFleet(root, 2, ["--config", config, "--audit-log", audit]);
  const metrics = await metricsOf(fleet);
  using first = await fleet.peerOf(1);
  using second = await fleet.peerOf(2);

  await t.step("metrics are sums of both", async () => {
    await uploadRaw(first, "a", BYTES);
    await uploadRaw(second, "b", BYTES.subarray(0, 100));
    await second.refused("not_found", GET, { path: "gone" });
    const up = 'sluice_file_bytes_total{direction="up"}';
    await until(async () => value(await metrics(), up) === BYTES.byteLength + 100, "both uploads");
    const families = await metrics();
    assert.equal(value(families, requests("upload", "done")), 2);
    assert.equal(value(families, requests("download", "not_found")), 1);
    assert.equal(value(families, "sluice_connections{}"), 2);
    assert.equal(value(families, "sluice_connections_limit{}"), 1024);
    assert.equal(value(families, "sluice_processes{}"), 2);
    assert.ok(value(families, "sluice_event_loop_lag_seconds_count{}") > 0);
    assert.ok(value(families, 'sluice_memory_bytes{kind="resident"}') > 2e7);
    const health = await fetch(await urlOf(fleet, "/healthz"));
    assert.deepEqual([health.status, (await health.json()).processes.running], [200, 2]);
    for (const index of [1, 2]) {
      using peer = await fleet.peerOf(index);
      await peer.sendFrame(FrameType.HELLO, 0, { agent: "again" });
      await peer.expectRefusal("protocol_error");
    }
    const malformed = 'sluice_offences_total{offence="malformed"}';
    await until(async () => value(await metrics(), malformed) === 2, "both offences");
  });

  await t.step(
    "THROTTLE through one holds in both, shared out, and in one that is started again",
    async () => {
      const before = await done(second, THROTTLE);
      assert.deepEqual([before.rate, before.ratePerConnection], [0, 0]);
      const id = await second.begin(GET, { path: "a" });
      assert.equal((await second.lastFrame(id)).type, FrameType.RESULT);
      const now = await done(first, THROTTLE, { rate: 3_000, ratePerConnection: 2_000 });
      assert.deepEqual([now.rate, now.ratePerConnection], [3_000, 2_000]);
      assert.deepEqual((await done(first, STATUS)).throttle, now);
      await until(async () => same((await done(second, STATUS)).throttle, now), "the other one");
      // Half of the rate of all for each: at the old one this were one chunk.
      const slow = await second.begin(GET, { path: "a" });
      await second.expectFrame(FrameType.READY, slow);
      const chunk = await second.nextFrame();
      assert.ok(
        chunk.type === DATA && chunk.payload.byteLength < 3_000,
        `${chunk.payload.byteLength}`,
      );
      await first.refused("invalid_request", THROTTLE, { rate: 1 });
      const pid = await fleet.pidOf(2);
      Deno.kill(pid, "SIGKILL");
      await fleet.pidOf(2, 2);
      using again = await fleet.peerOf(2);
      assert.deepEqual((await done(again, STATUS)).throttle, now);
      assert.ok(
        value(await metrics(), requests("upload", "done")) >= 2,
        "what it did still counts",
      );
      await done(first, THROTTLE, { rate: 0, ratePerConnection: 0 });
      await until(async () => (await done(again, STATUS)).throttle.rate === 0, "no rate");
    },
  );

  await t.step("SIGHUP changes both", async () => {
    using again = await fleet.peerOf(2);
    await configure({ readOnly: true, maxConnections: 700, rate: "9MB/s", logLevel: "debug" });
    fleet.server.kill("SIGHUP");
    for (const peer of [first, again]) {
      await until(async () => (await done(peer, STATUS)).maxConnections === 700, "the new limit");
      assert.equal((await done(peer, STATUS)).throttle.rate, 9_000_000);
      await peer.refused("read_only", MKDIR, { path: "x" });
    }
    (await fleet.peerOf(1)).close();
    await fleet.server.waitForLog((line) => /process [12]: .*client is/.test(line), "details");
    await configure({ maxConnections: 1 });
    fleet.server.kill("SIGHUP");
    await fleet.server.waitForLog((line) => line.includes("Cannot share --max-connections 1 out"));
    await again.refused("read_only", MKDIR, { path: "x" });
  });

  await t.step("a quota holds for what both have written", async () => {
    using again = await fleet.peerOf(2);
    await configure({ quota: "1MB" });
    fleet.server.kill("SIGHUP");
    for (const peer of [first, again]) {
      await until(async () => (await done(peer, STATUS)).throttle.rate === 0, "the new limits");
    }
    await uploadRaw(again, "c", new Uint8Array(10));
    await uploadRaw(first, "d", BYTES);
    await until(async () => await isRefused(again, 500_000), "the other one to know of it");
    await first.refused("quota_exceeded", PUT, { path: "e", sizeBytes: 500_000 });
  });

  await t.step("both write one audit log", async () => {
    using again = await fleet.peerOf(2);
    await downloadRaw(again, "b");
    await done(first, DELETE, { path: "b" });
    const text = (): string => Deno.readTextFileSync(audit);
    await until(() => /"download","path":"b"/.test(text()), "the one");
    await until(() => /"delete","path":"b"/.test(text()), "the other");
    for (const line of text().trimEnd().split("\n")) JSON.parse(line);
  });
});

Deno.test("tokens, TLS, compression and two processes: an admin throttles, who has less does not", async () => {
  await using folder = await makeTempFolder();
  await using logs = await makeTempFolder();
  const root = folder.join("root");
  const certificate = await makeCertificate(folder.path, "own");
  const audit = logs.join("audit");
  await using fleet = await startFleet(root, 2, [
    "--require-token",
    ...["--tls-cert", certificate.cert, "--tls-key", certificate.key],
    ...["--audit-log", audit, "--metrics", "127.0.0.1:0"],
  ]);
  const metrics = await metricsOf(fleet);
  const [ann, bob, sue] = await Promise.all([
    makeToken(root, "ann", "--role", "writer", "--path", "/ann", "--quota", "1MB"),
    makeToken(root, "bob", "--role", "admin", "--path", "/bob"),
    makeToken(root, "sue", "--role", "admin"),
  ]);
  await Deno.writeTextFile(folder.join("text"), "line\n".repeat(100_001));
  const as = (SLUICE_TOKEN: string, ...args: readonly string[]) =>
    runClient(
      ["--server", fleet.server.address, "--ca", "own.pem", ...args],
      { cwd: folder.path, env: { SLUICE_TOKEN } },
    );
  const set = await as(sue, "throttle", "--rate", "50MB/s");
  assert.deepEqual([set.code, set.stdout], [0, "50.0 MB/s in all\n"]);
  for (const token of [ann, bob]) {
    const refused = await as(token, "throttle", "--rate", "1B/s");
    assert.equal(refused.code, 5, refused.stderr);
  }
  assert.match((await as(ann, "status")).stdout, /50\.0 MB\/s in all/);
  assert.equal((await as(ann, "upload", "--compress", "on", "text")).code, 0);
  // Quotas count what a file takes, not what travelled.
  const more = await as(ann, "upload", "--compress", "on", "--as", "more", "text");
  assert.deepEqual([more.code, more.stderr.includes("quota of 1.0 MB is used up")], [8, true]);
  const permanent = await as(ann, "delete", "text", "--permanent", "--yes", "--json");
  assert.equal(permanent.code, 5);
  const [, errorId] = /"errorId":"([0-9a-f]{8})"/.exec(permanent.stdout) ?? [];
  await fleet.server.waitForLog((line) => line.includes(`(error ${errorId})`), "the same id");
  const text = (): string => Deno.readTextFileSync(audit);
  const lines = [
    /"token":"sue","operation":"throttle","outcome":"done"/,
    /"token":"ann","operation":"throttle","outcome":"permission_denied","errorId":"[0-9a-f]{8}"/,
    /"token":"bob","operation":"throttle","outcome":"permission_denied"/,
    /"token":"ann","operation":"upload","path":"ann\/text","bytes":500005,/,
    /"token":"ann","operation":"upload","path":"ann\/more",.*"outcome":"quota_exceeded"/,
    /"token":"ann","operation":"delete","path":"ann\/text","outcome":"permission_denied"/,
  ];
  for (const line of lines) {
    await until(() => line.test(text()), `${line} in the audit log`);
  }
  const refused = 'sluice_requests_refused_total{code="permission_denied"}';
  await until(async () => value(await metrics(), refused) === 3, "three refusals by role");
});

async function urlOf(fleet: ProcessFleet, path: string): Promise<string> {
  const line = await fleet.server.waitForLog((text) => text.includes("metrics at "), "an address");
  const [, origin] = /metrics at (http:\/\/[^/]+)\//.exec(line) ?? [];
  return `${origin}${path}`;
}

async function metricsOf(fleet: ProcessFleet): Promise<() => Promise<Map<string, MetricFamily>>> {
  const url = await urlOf(fleet, "/metrics");
  return async () => {
    const answer = await fetch(url, { headers: { accept: ACCEPT } });
    return parseOpenMetrics(await answer.text());
  };
}

function value(families: ReadonlyMap<string, MetricFamily>, sample: string): number {
  for (const { samples } of families.values()) {
    const found = samples.get(sample);
    if (found !== undefined) return found;
  }
  return 0;
}

function requests(operation: string, outcome: string): string {
  return `sluice_requests_total{operation="${operation}",outcome="${outcome}"}`;
}

async function isRefused(peer: RawPeer, sizeBytes: number): Promise<boolean> {
  const { type, requestId } = await beginUpload(peer, { path: "big", sizeBytes });
  if (type === FrameType.ERROR) return true;
  await peer.sendFrame(FrameType.ABORT, requestId, { keep: false });
  await peer.lastFrame(requestId);
  return false;
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
