import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { type Gateway, startGateway } from "#web/start_gateway.ts";
import { startTestServer, type TestServer } from "#tests/server/test_server.ts";
import { until } from "#tests/server/until.ts";
import { FrameSpotter } from "#tests/support/frame_spotter.ts";
import { type Passages, TcpRelay } from "#tests/support/tcp_relay.ts";
import { refusalOf } from "./gateway_world.ts";

const TUS = { "Tus-Resumable": "1.0.0" };

/** A gateway whose connections to the file server are lost when COMMIT has published, but before that is known. */
interface LossyWorld extends AsyncDisposable {
  readonly place: TestServer;
  readonly gateway: Gateway;
  /** Whether the file server can be reached after the first loss. @default true */
  isBack: boolean;
  ask(path: string, init: RequestInit): Promise<Response>;
}

async function startLossyWorld(lostAnswerMs: number): Promise<LossyWorld> {
  await using stack = new AsyncDisposableStack();
  const place = stack.use(await startTestServer());
  const relay = stack.use(new TcpRelay(place));
  const gateway = await startGateway({
    server: { hostname: relay.hostname, port: relay.port },
    port: 0,
    limits: { lostAnswerMs },
  });
  stack.defer(() => gateway.stop());
  const held = stack.move();
  const world: LossyWorld = {
    place,
    gateway,
    isBack: true,
    ask: (path, init) => fetch(`${gateway.url}${path}`, init),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
  let hasLost = false;
  const passages: () => Passages = () => {
    const frames = new FrameSpotter();
    let isCommitted = false;
    return {
      up: async (bytes, way) => {
        if (hasLost && !world.isBack) return way.cut();
        isCommitted ||= frames.feed(bytes).includes(FrameType.COMMIT);
        await way.send(bytes);
      },
      down: async (bytes, way) => {
        // The server answers a COMMIT when it has published.
        if (hasLost || !isCommitted) return await way.send(bytes);
        hasLost = true;
        way.cut();
      },
    };
  };
  relay.passages = passages;
  return world;
}

function put(world: LossyWorld, body: string, address = "/api/files/a.txt"): Promise<Response> {
  return world.ask(address, { method: "PUT", body });
}

Deno.test("PUT /api/files/ tells success when the answer to COMMIT is lost and the server is back", async () => {
  await using world = await startLossyWorld(30_000);
  const answer = await put(world, "mine");
  const { outcome, path, sizeBytes } = await answer.json();
  assert.deepEqual([answer.status, outcome, path, sizeBytes], [201, "created", "a.txt", 4]);
});

for (const policy of ["error", "skip"]) {
  Deno.test(`PUT /api/files/ with ${policy} knows the file of a request whose answer was lost`, async () => {
    await using world = await startLossyWorld(0);
    const address = `/api/files/a.txt?onConflict=${policy}`;
    world.isBack = false;
    const lost = await put(world, "mine", address);
    assert.deepEqual([lost.status, (await refusalOf(lost)).code], [502, "unreachable"]);
    world.isBack = true;
    const other = await put(world, "hers", address);
    if (policy === "error") assert.equal((await refusalOf(other)).code, "already_exists");
    else assert.equal((await other.json()).outcome, "skipped");
    const again = await put(world, "mine", address);
    assert.deepEqual([again.status, (await again.json()).outcome], [201, "created"]);
    assert.equal(await Deno.readTextFile(world.place.root.join("a.txt")), "mine");
  });
}

Deno.test("PUT /api/files/ knows the file of a request whose sender went away before it was told", async () => {
  await using place = await startTestServer();
  await using relay = new TcpRelay(place);
  const leaving = new AbortController();
  const toLeave = Promise.withResolvers<void>();
  relay.passages = () => {
    const frames = new FrameSpotter();
    return {
      up: async (bytes, way) => {
        if (frames.feed(bytes).includes(FrameType.COMMIT)) {
          leaving.abort();
          await toLeave.promise;
        }
        await way.send(bytes);
      },
    };
  };
  const gateway = await startGateway({
    server: { hostname: relay.hostname, port: relay.port },
    port: 0,
  });
  try {
    const address = `${gateway.url}/api/files/a.txt`;
    const init = { method: "PUT", body: "mine" };
    await assert.rejects(fetch(address, { ...init, signal: leaving.signal }));
    toLeave.resolve();
    const isThere = async (): Promise<boolean> => {
      const names = await Array.fromAsync(Deno.readDir(place.root.path));
      return names.some(({ name }) => name === "a.txt");
    };
    await until(isThere, "the file");
    // Until the gateway has heard both that it is published and that nobody was told, the name is taken.
    await until(async () => {
      const again = await fetch(address, init);
      await again.body?.cancel();
      return again.status === 201;
    }, "the answer that nobody heard");
    assert.equal(await Deno.readTextFile(place.root.join("a.txt")), "mine");
  } finally {
    await gateway.stop();
  }
});

for (const policy of ["error", "overwrite"]) {
  Deno.test(`HEAD of a tus upload with ${policy} tells that it is published when that answer was lost`, async () => {
    await using world = await startLossyWorld(0);
    const created = await world.ask("/api/tus/", {
      method: "POST",
      headers: {
        ...TUS,
        "Upload-Length": "4",
        "Upload-Metadata": `path ${btoa("a.txt")},onConflict ${btoa(policy)}`,
      },
    });
    assert.equal(created.status, 201, await created.text());
    const address = created.headers.get("location") ?? "";
    world.isBack = false;
    const lost = await world.ask(address, {
      method: "PATCH",
      headers: {
        ...TUS,
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
      },
      body: "mine",
    });
    assert.deepEqual([lost.status, (await refusalOf(lost)).code], [502, "unreachable"]);
    world.isBack = true;
    const head = await world.ask(address, { method: "HEAD", headers: TUS });
    const told = ["upload-offset", "sluice-outcome", "sluice-path"].map((name) =>
      head.headers.get(name)
    );
    assert.deepEqual([head.status, ...told], [200, "4", "created", "a.txt"]);
  });
}
