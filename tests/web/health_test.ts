import assert from "node:assert/strict";
import { startGatewayWorld } from "./gateway_world.ts";

Deno.test("/healthz of the gateway is 200 with its file server, and 503 without", async () => {
  await using world = await startGatewayWorld();
  const healthy = await world.ask("/healthz");
  assert.deepEqual([healthy.status, await healthy.json()], [200, { status: "ok" }]);
  await world.place.server.stop(0);
  const ill = await world.ask("/healthz");
  assert.deepEqual([ill.status, (await ill.json()).status], [503, "no file server"]);
});

Deno.test("limits of the file server come through the gateway with their own words", async () => {
  await using world = await startGatewayWorld({
    server: { limits: { largestFileBytes: 10, denyNames: ["*.exe"] } },
  });
  const put = async (path: string, body: string): Promise<readonly unknown[]> => {
    const answer = await world.ask(`/api/files/${path}`, { method: "PUT", body });
    const { error } = await answer.json();
    return [answer.status, error.code, error.message];
  };
  assert.deepEqual(await put("a.exe", "x"), [
    403,
    "name_refused",
    'Cannot upload "a.exe": the server refuses this name',
  ]);
  assert.deepEqual(await put("big", "x".repeat(11)), [
    413,
    "too_large",
    'Cannot upload "big": the server takes files of up to 10 B',
  ]);
});
