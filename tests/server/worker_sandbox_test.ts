import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { workerPermissions } from "#server/worker_permissions.ts";
import { makeGuardedRoot } from "#tests/support/guarded_root.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { startTestServer } from "./test_server.ts";

Deno.test("a worker may use root and nothing else", async () => {
  await using place = await makeGuardedRoot();
  const url = new URL("./fixtures/trespassing_worker.ts", import.meta.url);
  const permissions = workerPermissions(place.root);
  const worker = new Worker(url, { type: "module", deno: { permissions } });
  try {
    const answer = Promise.withResolvers<unknown>();
    worker.onmessage = ({ data }): void => answer.resolve(data);
    worker.postMessage({ root: place.root, outside: place.canary });
    assert.deepEqual(await withDeadline(answer.promise, "the worker's report"), {
      "write in root": "done",
      "read in root": "done",
      "read outside": "NotCapable",
      "write outside": "NotCapable",
      "list outside": "NotCapable",
      "hard link to the outside": "NotCapable",
      "rename to the outside": "NotCapable",
      "read the environment": "NotCapable",
      "run a program": "NotCapable",
      "connect": "NotCapable",
      "listen": "NotCapable",
      "read the system": "NotCapable",
      "open a library": "NotCapable",
      "ask for more": "denied",
      "give a worker of its own more": "NotCapable",
    });
  } finally {
    worker.terminate();
  }
  await place.assertUntouched();
});

Deno.test("the real workers run with these permissions", async () => {
  await using place = await startTestServer();
  await Deno.symlink("/etc", place.root.join("etc"));
  using peer = await RawPeer.greet(place);
  await peer.refused("permission_denied", FrameType.GET, { path: "etc/passwd" });
  await peer.refused("permission_denied", FrameType.LIST, { path: "etc" });
});
