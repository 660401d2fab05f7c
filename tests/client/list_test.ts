import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { SluiceClient } from "#client/sluice_client.ts";
import { FakeServer, type Script } from "./fake_server.ts";

interface Page {
  readonly names: readonly string[];
  readonly hasMore?: boolean;
}

/** Answers the n-th LIST with the n-th page. */
function pages(all: readonly Page[], requests: unknown[] = []): Script {
  return async (peer) => {
    await peer.hello();
    for (const { names, hasMore = false } of all) {
      const { id, json } = await peer.expect(FrameType.LIST);
      requests.push(json);
      const entries = names.map((name) => ({ name, kind: "file", sizeBytes: 1, modifiedAtMs: 0 }));
      await peer.send(FrameType.RESULT, id, { entries, hasMore });
    }
    await peer.untilClosed();
  };
}

async function namesOf(client: SluiceClient, path = "docs"): Promise<string[]> {
  return (await Array.fromAsync(client.list(path))).map((entry) => entry.name);
}

Deno.test("list() goes from page to page", async () => {
  const requests: unknown[] = [];
  const script = pages([
    { names: ["a", "b"], hasMore: true },
    { names: ["c"], hasMore: true },
    { names: [] },
  ], requests);
  await using server = new FakeServer(script);
  await using client = new SluiceClient({ server: server.address });
  assert.deepEqual(await namesOf(client), ["a", "b", "c"]);
  assert.deepEqual(requests, [
    { path: "docs" },
    { path: "docs", after: "b" },
    { path: "docs", after: "c" },
  ]);
});

const HOSTILE: readonly (readonly [string, readonly Page[]])[] = [
  ["a name that leads up", [{ names: [".."] }]],
  ["a path instead of a name", [{ names: ["../../etc/passwd"] }]],
  ["an absolute path", [{ names: ["/etc/passwd"] }]],
  ["an empty name", [{ names: [""] }]],
  ["a backslash", [{ names: ["..\\x"] }]],
  ["a NUL", [{ names: ["a\0b"] }]],
  ["a lone surrogate", [{ names: ["\ud800"] }]],
  ["a name that is too long", [{ names: ["x".repeat(256)] }]],
  ["the state folder", [{ names: [".sluice"] }]],
  ["names out of order", [{ names: ["b", "a"] }]],
  ["the same page for ever", [{ names: ["a"], hasMore: true }, { names: ["a"], hasMore: true }]],
  ["empty pages for ever", [{ names: [], hasMore: true }]],
];

for (const [what, answer] of HOSTILE) {
  Deno.test(`list() ends with protocol_error when the server sends ${what}`, async () => {
    await using server = new FakeServer(pages(answer));
    await using client = new SluiceClient({ server: server.address });
    await assert.rejects(namesOf(client, ""), { code: "protocol_error" });
  });
}

Deno.test("list() hands out names that need escaping as they are", async () => {
  const names = ["\x1b]0;x\x07", "-rf", "<b>", "a\nb", "\u202egpj.exe"];
  await using server = new FakeServer(pages([{ names }]));
  await using client = new SluiceClient({ server: server.address });
  assert.deepEqual(await namesOf(client), names);
});

Deno.test("list() knows that .sluice is reserved in root only", async () => {
  await using server = new FakeServer(pages([{ names: [".sluice"] }]));
  await using client = new SluiceClient({ server: server.address });
  assert.deepEqual(await namesOf(client, "docs"), [".sluice"]);
});

Deno.test("list() can be left early", async () => {
  await using server = new FakeServer(pages([{ names: ["a", "b"], hasMore: true }]));
  await using client = new SluiceClient({ server: server.address });
  for await (const { name } of client.list("")) {
    assert.equal(name, "a");
    break;
  }
});

Deno.test("list() refuses a path before it connects", async () => {
  await using client = new SluiceClient({ server: { hostname: "127.0.0.1", port: 1 } });
  await assert.rejects(namesOf(client, "../x"), { code: "invalid_name" });
});
