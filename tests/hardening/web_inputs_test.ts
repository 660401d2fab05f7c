import assert from "node:assert/strict";
import { startGatewayProcess } from "#tests/support/gateway_process.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const SECRET = "s3cret-of-an-address";

Deno.test("a gateway tells no address that was asked of it, neither in its own log nor in the server's", async () => {
  await using root = await makeTempFolder();
  await using server = await startServerProcess({ root: root.path });
  await using gateway = await startGatewayProcess({ server: server.address });
  for (const path of ["/api/list", "/api/files/none", "/api/none", "/", "/api/archive"]) {
    const response = await fetch(`${gateway.url}${path}?token=${SECRET}`, {
      headers: { Authorization: `Bearer ${SECRET}`, Cookie: `session=${SECRET}` },
    });
    const text = await response.text();
    assert.ok(!text.includes(SECRET), `the answer to ${path} repeats it`);
  }
  gateway.kill("SIGTERM");
  await gateway.status;
  for (const log of [gateway.stdout, gateway.stderr, server.stdout, server.stderr]) {
    assert.ok(!log.text.includes(SECRET), log.text);
  }
});
