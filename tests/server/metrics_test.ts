import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { HEADER_BYTES, STATE_FOLDER } from "#protocol/limits.ts";
import { encodePreface } from "#protocol/preface.ts";
import { ROOT_PATH } from "#protocol/remote_path.ts";
import { TokenStore } from "#server/access/token_store.ts";
import { Exposition } from "#server/metrics/exposition.ts";
import { parseMetricsAddress } from "#server/metrics/metrics_address.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { parseOpenMetrics } from "#tests/support/open_metrics_parser.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { uploadRaw } from "#tests/support/raw_transfer.ts";
import { done } from "./done.ts";
import { stage } from "./stage.ts";
import { startTestServer, type TestServer, type TestServerOptions } from "./test_server.ts";
import { until } from "./until.ts";

const OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const BYTES = randomBytes(200_000);

Deno.test("metrics count what was moved and done to the byte, in strict OpenMetrics", async () => {
  await using place = await observed();
  const before = await scrape(place);
  assert.equal(valueOf(before, "sluice_file_bytes_total", 'direction="up"'), 0);
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "a", BYTES);
  await stage(peer, [{ path: "s", bytes: BYTES.subarray(0, 5) }]);
  await done(peer, FrameType.PUBLISH);
  await peer.refused("not_found", FrameType.STAT, { path: "gone" });
  await download(peer, "a");
  await until(async () => value(await scrape(place), requests("download", "done")) === 1, "an end");
  const families = await scrape(place);
  assert.equal(
    valueOf(families, "sluice_file_bytes_total", 'direction="up"'),
    BYTES.byteLength + 5,
  );
  assert.equal(valueOf(families, "sluice_file_bytes_total", 'direction="down"'), BYTES.byteLength);
  assert.equal(value(families, requests("upload", "done")), 2);
  assert.equal(value(families, requests("stat", "not_found")), 1);
  assert.equal(value(families, requests("publish", "done")), 1);
  const label = '{operation="stat"}';
  assert.equal(
    families.get("sluice_request_seconds")?.samples.get(`sluice_request_seconds_count${label}`),
    1,
  );
  assert.equal(value(families, "sluice_sync_seconds_count{}"), 2);
  assert.equal(value(families, "sluice_queue_wait_seconds_count{}"), 1);
  assert.equal(value(families, "sluice_connections{}"), 1);
  assert.equal(value(families, "sluice_changes_total{}"), 2);
  assert.ok(valueOf(families, "sluice_memory_bytes", 'kind="resident"') > 1e7);
});

Deno.test("network bytes are the frames of a download, headers included, exactly", async () => {
  await using place = await observed();
  await Deno.writeFile(place.root.join("a"), BYTES);
  using peer = await RawPeer.greet(place);
  const frameBytes = await download(peer, "a");
  const down = async (): Promise<number> =>
    valueOf(await scrape(place), "sluice_network_bytes_total", 'direction="down"');
  await until(async () => await down() >= frameBytes, "all bytes");
  assert.equal(await down(), frameBytes);
});

Deno.test("a refused connection is counted once, by its reason", async () => {
  await using place = await observed({ maxConnections: 1 });
  using _first = await RawPeer.greet(place);
  using second = await RawPeer.connect(place);
  await second.send(new TextEncoder().encode("SLUICE\u0000\u0001"));
  await second.sendFrame(FrameType.HELLO, 0, { agent: "x" });
  await second.expectPreface();
  await second.expectRefusal("busy");
  const families = await scrape(place);
  for (const [reason, count] of [["full", 1], ["files", 0], ["address", 0], ["startups", 0]]) {
    const label = `reason="${reason}"`;
    assert.equal(valueOf(families, "sluice_connections_refused_total", label), count);
  }
  assert.equal(families.get("sluice_connections_ended")?.samples.size, 0);
  assert.equal(value(families, "sluice_connections_accepted_total{}"), 2);
});

Deno.test("refusals are counted by reason: no token, a wrong one, a role, a limit", async () => {
  await using place = await observed({
    isTokenRequired: true,
    limits: { denyNames: ["*.exe"], largestFileBytes: 10, quotaBytes: 5 },
  });
  for (const [token, code] of [[undefined, "token_required"], ["x", "token_refused"]] as const) {
    using stranger = await RawPeer.connect(place);
    await stranger.send(encodePreface());
    await stranger.sendFrame(FrameType.HELLO, 0, { agent: "x", token });
    await stranger.expectPreface();
    await stranger.expectRefusal(code);
  }
  const store = new TokenStore(place.root.join(STATE_FOLDER));
  const base = ROOT_PATH;
  using peer = await RawPeer.greet(
    place,
    store.create({ name: "ann", role: "writer", base, expiresAtMs: undefined }),
  );
  await peer.refused("permission_denied", FrameType.DELETE, { path: "a", permanent: true });
  await peer.refused("permission_denied", FrameType.EMPTY_TRASH, {});
  await peer.refused("permission_denied", FrameType.THROTTLE, {});
  await peer.refused("name_refused", FrameType.PUT, { path: "a.exe", sizeBytes: 1 });
  await peer.refused("too_large", FrameType.PUT, { path: "a", sizeBytes: 11 });
  await peer.refused("quota_exceeded", FrameType.PUT, { path: "a", sizeBytes: 6 });
  const families = await scrape(place);
  const count = (name: string, labels: string): number => valueOf(families, name, labels);
  for (const code of ["token_required", "token_refused"]) {
    assert.equal(count("sluice_connections_ended_total", `code="${code}",phase="hello"`), 1);
  }
  assert.equal(count("sluice_requests_refused_total", `code="permission_denied"`), 3);
  for (const code of ["name_refused", "too_large", "quota_exceeded"]) {
    assert.equal(value(families, requests("upload", code)), 1, code);
  }
});

Deno.test("what the admission refuses, and what peers did wrong, is counted", async () => {
  const admission = { trustedAddresses: "none", maxPerAddress: 1, hasPenalties: false };
  await using place = await observed({ admission });
  {
    using peer = await RawPeer.greet(place);
    using other = await RawPeer.connect(place);
    await other.expectPreface();
    await other.expectRefusal("busy");
    await peer.sendFrame(FrameType.HELLO, 0, { agent: "again" });
    await peer.expectRefusal("protocol_error");
  }
  await until(() => place.server.status().connections === 0, "nobody");
  using peer = await RawPeer.connect(place);
  await peer.send(encodePreface());
  await peer.sendFrame(FrameType.LIST, 1, { path: "" });
  await peer.expectPreface();
  await peer.expectRefusal("protocol_error");
  const families = await scrape(place);
  const count = (name: string, labels: string): number => valueOf(families, name, labels);
  assert.equal(count("sluice_connections_refused_total", 'reason="address"'), 1);
  assert.equal(value(families, "sluice_connections_untold_total{}"), 0);
  assert.equal(count("sluice_offences_total", 'offence="malformed"'), 2);
  assert.equal(count("sluice_offences_total", 'offence="late"'), 0);
  const ended = families.get("sluice_connections_ended")?.samples;
  assert.deepEqual([...ended ?? []], [
    ['sluice_connections_ended_total{code="protocol_error",phase="hello"}', 1],
    ['sluice_connections_ended_total{code="protocol_error",phase="session"}', 1],
  ]);
  assert.equal(value(families, "sluice_handshakes_unfinished{}"), 0);
});

Deno.test("metrics come in the form that is asked for", async () => {
  await using place = await observed();
  const plain = await get(place, "/metrics");
  assert.equal(plain.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const text = await plain.text();
  assert.doesNotMatch(text, /# (EOF|UNIT)/);
  assert.match(text, /^# TYPE sluice_network_bytes_total counter$/m);
  const open = await get(place, "/metrics", `text/plain;q=0.5, ${OPEN};q=0.7`);
  assert.equal(open.headers.get("content-type"), OPEN);
  await open.body?.cancel();
  const refused = await get(place, "/metrics", "application/openmetrics-text;q=0, */*");
  assert.match(refused.headers.get("content-type") ?? "", /^text\/plain/);
  await refused.body?.cancel();
});

Deno.test("/healthz says ok, and stopping while transfers finish; other questions are refused", async () => {
  await using place = await observed({ throttle: { rate: 200_000 } });
  await Deno.writeFile(place.root.join("a"), BYTES);
  const { status, ...health } = await answerOf(place, "GET /healthz HTTP/1.1");
  assert.deepEqual([status, JSON.parse(health.body).status], [200, "ok"]);
  for (
    const [line, expected] of [
      ["POST /metrics HTTP/1.1", 405],
      ["GET /other HTTP/1.1", 404],
      ["nonsense", 400],
    ] as const
  ) {
    assert.equal((await answerOf(place, line)).status, expected);
  }
  assert.equal((await answerOf(place, "HEAD /metrics HTTP/1.1")).body, "");
  using peer = await RawPeer.greet(place);
  await peer.begin(FrameType.GET, { path: "a" });
  await peer.nextFrame();
  const stopping = place.server.stop();
  const late = await answerOf(place, "GET /healthz HTTP/1.1");
  assert.deepEqual([late.status, JSON.parse(late.body).status], [503, "stopping"]);
  peer.close();
  await stopping;
});

Deno.test("the port of metrics serves few at a time and waits for nobody for long", async () => {
  await using place = await observed();
  const silent = await Promise.all(Array.from({ length: 16 }, () => connect(place)));
  using over = await connect(place);
  assert.equal(await readAll(over), "", "one more is closed without an answer");
  assert.deepEqual(await Promise.all(silent.map(readAll)), silent.map(() => ""));
  for (const conn of silent) conn.close();
  assert.equal((await answerOf(place, "GET /healthz HTTP/1.1")).status, 200);
});

Deno.test("labels are escaped, whatever they hold", () => {
  const text = new Exposition("openMetrics");
  text.gauge({ name: "a", help: "b" }, [1, { c: 'x"\\\n' }]);
  const families = parseOpenMetrics(text.end());
  assert.deepEqual([...families.get("a")?.samples.keys() ?? []], ['a{c="x\\"\\\\\\n"}']);
});

Deno.test("--metrics takes a host and a port, or a port of this machine", () => {
  assert.deepEqual(parseMetricsAddress("0.0.0.0:1"), { hostname: "0.0.0.0", port: 1 });
  assert.deepEqual(parseMetricsAddress("[::1]:2"), { hostname: "::1", port: 2 });
  assert.deepEqual(parseMetricsAddress("9998"), { hostname: "127.0.0.1", port: 9998 });
  for (const text of ["", "host", "a:b", "a:70000", ":", "a:1:2"]) {
    assert.throws(() => parseMetricsAddress(text), RangeError, text);
  }
});

function observed(options: TestServerOptions = {}): Promise<TestServer> {
  return startTestServer({ ...options, metrics: { hostname: "127.0.0.1", port: 0 } });
}

type Families = ReturnType<typeof parseOpenMetrics>;

async function scrape(place: TestServer): Promise<Families> {
  return parseOpenMetrics(await (await get(place, "/metrics", OPEN)).text());
}

async function get(place: TestServer, path: string, accept = "*/*"): Promise<Response> {
  const { port } = place.server.metricsAddress ?? {};
  return await fetch(`http://127.0.0.1:${port}${path}`, { headers: { accept } });
}

function requests(operation: string, outcome: string): string {
  return `sluice_requests_total{operation="${operation}",outcome="${outcome}"}`;
}

function valueOf(families: Families, name: string, labels: string): number {
  return value(families, `${name}{${labels}}`) ?? NaN;
}

function value(families: Families, key: string): number | undefined {
  for (const { samples } of families.values()) {
    const found = samples.get(key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Downloads a file and gives the bytes of all frames that came for it. */
async function download(peer: RawPeer, path: string): Promise<number> {
  const requestId = await peer.begin(FrameType.GET, { path });
  for (let bytes = 0;;) {
    const frame = await peer.nextFrame();
    if (frame.requestId === requestId) bytes += HEADER_BYTES + frame.payload.byteLength;
    if (frame.type === FrameType.RESULT) return bytes;
  }
}

function connect(place: TestServer): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: "127.0.0.1", port: place.server.metricsAddress?.port ?? 0 });
}

async function answerOf(
  place: TestServer,
  line: string,
): Promise<{ readonly status: number; readonly body: string }> {
  using conn = await connect(place);
  await conn.write(new TextEncoder().encode(`${line}\r\nHost: x\r\n\r\n`));
  const text = await readAll(conn);
  const end = text.indexOf("\r\n\r\n");
  return { status: Number(text.split(" ")[1]), body: text.slice(end + 4) };
}

async function readAll(conn: Deno.TcpConn): Promise<string> {
  const pieces: string[] = [];
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(64 * 1024);
  for (;;) {
    try {
      const count = await withDeadline(conn.read(buffer), "the answer");
      if (count === null) return pieces.join("");
      pieces.push(decoder.decode(buffer.subarray(0, count), { stream: true }));
    } catch (error) {
      // Closed with something unread is a reset.
      if (error instanceof Deno.errors.ConnectionReset) return pieces.join("");
      throw error;
    }
  }
}
