import assert from "node:assert/strict";
import { parseServerAddress, SluiceClient } from "#client/mod.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { GatedLine } from "#tests/support/gated_line.ts";
import { startGatewayProcess } from "#tests/support/gateway_process.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { freeLowPort } from "#tests/support/server_on_port.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { startTusUpload } from "./tus_upload.ts";

const MiB = 1024 * 1024;
/** More than sockets hold on the way. */
const BYTES = randomBytes(48 * MiB);
/** What passes before the line is held. */
const PASSED = 4 * MiB;
/** Longer than a process takes to start on a slow machine. */
const RETRY = { retryDelays: [100, 200, 300, ...Array(200).fill(500)] };

Deno.test("a gateway that is killed in the middle of a tus upload goes on with it after its restart", async () => {
  await using root = await makeTempFolder();
  await using server = await startServerProcess({ root: root.path });
  await using line = new GatedLine(server);
  const port = freeLowPort();
  const first = await startGatewayProcess({ server: line.address, port });
  const { url } = first;
  const isHeld = line.hold("up", PASSED);
  let resumedFrom = 0;
  const run = startTusUpload({
    url,
    bytes: BYTES,
    metadata: { path: "killed.bin" },
    more: {
      ...RETRY,
      onAfterResponse: (request, response): void => {
        if (request.getMethod() === "HEAD") {
          resumedFrom = Number(response.getHeader("Upload-Offset") ?? 0);
        }
      },
    },
  });
  await withDeadline(isHeld, "the middle of the upload");
  first.kill("SIGKILL");
  await first.status;
  await first[Symbol.asyncDispose]();
  line.release();
  await using _second = await startGatewayProcess({ server: line.address, port });
  const header = await run.finished;
  assert.equal(header("Sluice-Outcome"), "created");
  assert.ok(resumedFrom > 0, "it began anew");
  assert.deepEqual(await Deno.readFile(root.join("killed.bin")), BYTES);
});

Deno.test("a file server that is killed in the middle of a tus upload goes on with it after its restart", async () => {
  await using root = await makeTempFolder();
  const port = freeLowPort();
  const first = await startServerProcess({ root: root.path, port });
  await using line = new GatedLine(first);
  await using gateway = await startGatewayProcess({ server: line.address });
  const isHeld = line.hold("up", PASSED);
  const run = startTusUpload({
    url: gateway.url,
    bytes: BYTES,
    metadata: { path: "killed.bin" },
    more: RETRY,
  });
  await withDeadline(isHeld, "the middle of the upload");
  first.kill("SIGKILL");
  await first.status;
  await first[Symbol.asyncDispose]();
  line.release();
  await using _second = await startServerProcess({ root: root.path, port });
  await run.finished;
  assert.deepEqual(await Deno.readFile(root.join("killed.bin")), BYTES);
});

Deno.test("an upload begun by the command line's client is finished through the gateway", async () => {
  await using root = await makeTempFolder();
  await using server = await startServerProcess({ root: root.path });
  await using gateway = await startGatewayProcess({ server: server.address });
  await using client = new SluiceClient({ server: parseServerAddress(server.address) });
  const half = BYTES.length / 2;
  const begun = await client.beginUpload("half.bin", BYTES.length);
  if ("outcome" in begun) throw new Error("the name is taken");
  await begun.write(BYTES.subarray(0, half));
  await begun.release();
  const response = await fetch(`${gateway.url}/api/uploads`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ path: "half.bin", sizeBytes: BYTES.length }),
  });
  const { url, offsetBytes } = await response.json();
  assert.deepEqual([response.status, offsetBytes], [200, half]);
  const uploadUrl = `${gateway.url}${url}`;
  await startTusUpload({ url: gateway.url, bytes: BYTES, uploadUrl }).finished;
  assert.deepEqual(await Deno.readFile(root.join("half.bin")), BYTES);
});

Deno.test("deno task web says where it listens and ends with 0 on SIGTERM, also under load", async () => {
  await using root = await makeTempFolder();
  await using server = await startServerProcess({ root: root.path });
  await using gateway = await startGatewayProcess({ server: server.address });
  assert.equal(
    gateway.stdout.lines[0],
    `sluice-web: ${gateway.url} for the server at ${server.address}`,
  );
  const events = await fetch(`${gateway.url}/api/events`);
  const reader = events.body?.getReader();
  await reader?.read();
  gateway.kill("SIGTERM");
  assert.equal((await gateway.status).code, 0);
  await reader?.cancel().catch(() => {});
  assert.equal(gateway.stderr.text, "");
});

Deno.test("deno task web refuses a bad flag and a taken port with one line and exit code 2", async () => {
  await using taken = await startTakenPort();
  for (
    const flags of [["--port", "x"], ["--server", ":"], ["--public-url", "http://x/y"], [
      "--port",
      String(taken.port),
    ], ["--what"]]
  ) {
    await assert.rejects(startGatewayProcess({ server: "127.0.0.1:1", flags }), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /Cannot start the gateway; it said:\n\S.*/);
      assert.doesNotMatch(error.message, /\n\s+at /);
      return true;
    });
  }
});

function startTakenPort(): { readonly port: number } & AsyncDisposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return {
    port: listener.addr.port,
    [Symbol.asyncDispose]: () => Promise.resolve(listener.close()),
  };
}
