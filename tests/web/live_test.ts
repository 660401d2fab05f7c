import assert from "node:assert/strict";
import { withDeadline } from "#tests/support/deadline.ts";
import { startGatewayProcess } from "#tests/support/gateway_process.ts";
import { freeLowPort } from "#tests/support/server_on_port.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { startGatewayWorld } from "./gateway_world.ts";

interface Heard {
  readonly event: string;
  // deno-lint-ignore no-explicit-any -- the tests look into it, which is their validation
  readonly data: any;
}

/** Listens to server-sent events. */
class Listener implements AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = body.pipeThrough(new TextDecoderStream()).getReader();
  }

  static async open(url: string): Promise<Listener> {
    const { body, headers, status } = await fetch(`${url}/api/events`);
    assert.deepEqual([status, headers.get("content-type")], [200, "text/event-stream"]);
    assert.ok(body !== null);
    return new Listener(body);
  }

  /** Waits for the next event that is wanted; others are passed over. */
  async next(
    event: string,
    isWanted: (data: Heard["data"]) => boolean = () => true,
  ): Promise<Heard> {
    const look = async (): Promise<Heard> => {
      for (;;) {
        const heard = await this.#next();
        if (heard.event === event && isWanted(heard.data)) return heard;
      }
    };
    return await withDeadline(look(), `event ${event}`);
  }

  async #next(): Promise<Heard> {
    for (;;) {
      const match = /^(?::.*\n\n)*event: (\w+)\ndata: (.*)\n\n/.exec(this.#text);
      if (match !== null) {
        this.#text = this.#text.slice(match[0].length);
        return { event: match[1] ?? "", data: JSON.parse(match[2] ?? "null") };
      }
      const { done, value } = await this.#reader.read();
      if (done) throw new Error("the stream has ended");
      this.#text += value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel();
  }
}

Deno.test("GET /api/events tells the state, pictures, changes and what any client did", async () => {
  await using world = await startGatewayWorld();
  await using first = await Listener.open(world.url);
  await using second = await Listener.open(world.url);
  assert.equal((await first.next("hello")).data.server, `127.0.0.1:${world.place.port}`);
  assert.equal((await first.next("state")).data.isOnline, true);
  const { data: picture } = await first.next("snapshot");
  assert.ok(picture.atMs > 0 && picture.connections.open >= 1);
  const { data: before } = await first.next("changes");
  await second.next("snapshot");
  await (await world.post("/api/mkdir", { path: "made" })).body?.cancel();
  for (const listener of [first, second]) {
    await listener.next("changes", ({ count }) => count > before.count);
    const { data } = await listener.next("history");
    assert.deepEqual([data.records[0].operation, data.records[0].path], ["mkdir", "made"]);
  }
  // Both browsers are served by one watch.
  const { data: last } = await first.next("snapshot");
  const watching = last.operations.filter(({ state }: { state: string }) => state === "watching");
  assert.equal(watching.length, 1);
});

Deno.test("GET /api/events tells at once when the file server stops and when it is back", async () => {
  await using root = await makeTempFolder();
  const port = freeLowPort();
  const server = await startServerProcess({ root: root.path, port });
  await using gateway = await startGatewayProcess({ server: server.address });
  await using listener = await Listener.open(gateway.url);
  await listener.next("state", ({ isOnline }) => isOnline);
  await server[Symbol.asyncDispose]();
  const { data } = await listener.next("state", ({ isOnline }) => !isOnline);
  assert.ok(["unreachable", "stopping"].includes(data.reason.code), data.reason.code);
  await using _again = await startServerProcess({ root: root.path, port });
  await listener.next("state", ({ isOnline }) => isOnline);
  await listener.next("snapshot");
});

Deno.test("event streams are bounded, and a place is free again when a browser leaves", async () => {
  await using world = await startGatewayWorld({ limits: { eventStreams: 1, heartbeatMs: 50 } });
  const first = await Listener.open(world.url);
  await first.next("snapshot");
  const refused = await world.ask("/api/events");
  assert.equal(refused.status, 503);
  await refused.body?.cancel();
  await first[Symbol.asyncDispose]();
  for (;;) {
    const response = await world.ask("/api/events");
    await response.body?.cancel();
    if (response.status === 200) break;
  }
});
