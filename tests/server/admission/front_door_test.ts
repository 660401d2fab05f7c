import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { encodeControl, FrameType } from "#protocol/frame.ts";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { encodePreface } from "#protocol/preface.ts";
import { ROOT_PATH } from "#protocol/remote_path.ts";
import { TokenStore } from "#server/access/token_store.ts";
import { concatBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { startTestServer, type TestServer } from "../test_server.ts";
import { until } from "../until.ts";

const HELLO = concatBytes([encodePreface(), encodeControl(FrameType.HELLO, 0, { agent: "test" })]);
const FAULTY = new URL(import.meta.resolve("../fixtures/faulty_worker.ts"));
const REAL = new URL(import.meta.resolve("#server/worker/main.ts"));

/** Tests come from this machine, which is trusted unless a server is told otherwise. */
const NOBODY = { trustedAddresses: "none" } as const;

/** Connects, without a word, and is told why it may not; gives the sentence. */
async function refusalOf(place: TestServer): Promise<string> {
  using peer = await RawPeer.connect(place);
  await peer.expectPreface();
  const message = assertError(await peer.nextFrame(), "busy");
  await peer.expectEnd();
  return message;
}

/** Greets, sends what is no protocol, and is told so; gives why when it is refused instead. */
async function misbehave(place: TestServer): Promise<string | undefined> {
  using peer = await RawPeer.connect(place);
  await peer.send(HELLO);
  await peer.expectPreface();
  const first = await peer.nextFrame();
  if (first.type !== FrameType.WELCOME) return assertError(first, "busy");
  await peer.send(HELLO.subarray(8));
  await peer.expectRefusal("protocol_error");
  return undefined;
}

/** Does something until it is refused for that; gives the sentence. Time takes penalties away, also on a slow machine. */
async function untilRefused(act: () => Promise<string | undefined>): Promise<string> {
  for (let n = 0; n < 50; n++) {
    const message = await act();
    if (message !== undefined) return message;
  }
  assert.fail("it is never refused");
}

Deno.test("a server lets one address have so many connections, tells the next one, and takes others when one goes", async () => {
  await using place = await startTestServer({ admission: { ...NOBODY, maxPerAddress: 2 } });
  using first = await RawPeer.greet(place);
  const second = await RawPeer.greet(place);
  assert.match(await refusalOf(place), /2 are open from your address/);
  assert.equal((await first.request(FrameType.STAT, { path: "" })).type, FrameType.RESULT);
  assert.equal(place.server.status().connections, 2);
  const { admitted, refused, untold } = place.server.admission();
  assert.deepEqual([admitted, refused.address, untold], [2, 1, 0]);
  second.close();
  await until(() => place.server.status().connections === 1, "a place");
  using _third = await RawPeer.greet(place);
});

Deno.test("an address that breaks the protocol again is refused for a while; what it has open goes on", async () => {
  await using place = await startTestServer({ admission: NOBODY });
  using before = await RawPeer.greet(place);
  const message = await untilRefused(() => misbehave(place));
  assert.match(message, /failed too often; try again in \d+ s$/);
  assert.match(await refusalOf(place), /failed too often/);
  assert.equal((await before.request(FrameType.STAT, { path: "" })).type, FrameType.RESULT);
  const { refused, offences } = place.server.admission();
  assert.ok(refused.penalty >= 2 && offences.malformed >= 2);
  await using client = new SluiceClient({ server: place, retry: { attempts: 1 } });
  await assert.rejects(client.ping(), (error: Error & { readonly code?: string }) => {
    assert.equal(error.code, "busy");
    assert.match(error.message, /try again in \d+ s/);
    return true;
  });
});

Deno.test("an address whose tokens are refused is refused itself; a request of its that waits gets no worker", async () => {
  let workers = 0;
  const spawn = (): Worker => {
    workers++;
    return new Worker(REAL, { type: "module" });
  };
  await using place = await startTestServer({ admission: NOBODY, isTokenRequired: true, spawn });
  const token = new TokenStore(place.root.join(STATE_FOLDER)).create({
    name: "ann",
    role: "reader",
    base: ROOT_PATH,
    expiresAtMs: undefined,
  });
  using waiting = await RawPeer.connect(place);
  using mute = await RawPeer.connect(place);
  await mute.send(HELLO.subarray(0, 20));
  const message = await untilRefused(async () => {
    using peer = await RawPeer.connect(place);
    await peer.send(encodePreface());
    await peer.sendFrame(FrameType.HELLO, 0, { agent: "test", token: "wrong" });
    await peer.begin(FrameType.LIST, { path: "" });
    await peer.expectPreface();
    const { json } = await peer.nextFrame();
    return json?.name === "token_refused" ? undefined : `${json?.message}`;
  });
  assert.match(message, /failed too often/);
  assert.equal(workers, 0, "nobody who has shown no token has had a worker");
  await waiting.send(encodePreface());
  await waiting.sendFrame(FrameType.HELLO, 0, { agent: "test", token });
  await waiting.expectPreface();
  assert.equal((await waiting.request(FrameType.STAT, { path: "" })).type, FrameType.RESULT);
  assert.equal(workers, 1);
});

Deno.test("an address whose request crashes a worker is refused for a while", async () => {
  const spawn = (): Worker => new Worker(FAULTY, { type: "module" });
  await using place = await startTestServer({ admission: NOBODY, spawn });
  using peer = await RawPeer.greet(place);
  await peer.begin(FrameType.STAT, { path: "please throw" });
  await peer.expectRefusal("internal");
  assert.match(await refusalOf(place), /try again in \d+ s$/);
});

Deno.test("connections that say no hello keep others out while they are too many, those that did not", async () => {
  const startups = { start: 2, ratePercent: 100, full: 2 };
  await using place = await startTestServer({
    admission: { ...NOBODY, startups },
    timeouts: { helloMs: 60_000 },
  });
  using _greeted = await RawPeer.greet(place);
  using silent = await RawPeer.connect(place);
  using _other = await RawPeer.connect(place);
  await until(() => place.server.status().connections === 3, "the silent ones");
  assert.match(await refusalOf(place), /too many others are just connecting/);
  assert.equal(place.server.admission().refused.startups, 1);
  silent.close();
  await until(() => place.server.status().connections === 2, "the end of a silent one");
  using _late = await RawPeer.greet(place);
});

Deno.test("this machine is trusted by default: neither many connections nor wrong ones keep it out", async () => {
  await using place = await startTestServer({
    maxConnections: 300,
    admission: { maxPerAddress: 1 },
  });
  for (let n = 0; n < 5; n++) assert.equal(await misbehave(place), undefined);
  const peers = await Promise.all(Array.from({ length: 280 }, () => RawPeer.connect(place)));
  using last = await RawPeer.greet(place);
  assert.equal((await last.request(FrameType.STAT, { path: "" })).type, FrameType.RESULT);
  for (const peer of peers) peer.close();
  const { admitted, refused, offences } = place.server.admission();
  assert.deepEqual(Object.values(refused), [0, 0, 0, 0, 0]);
  assert.deepEqual([admitted, offences.malformed], [286, 5]);
});

Deno.test("a server that refuses hundreds serves those whom it has let in", async () => {
  await using place = await startTestServer({ admission: { ...NOBODY, maxPerAddress: 1 } });
  using peer = await RawPeer.greet(place);
  let isOver = false;
  const knock = async (): Promise<void> => {
    for (let n = 0; n < 100; n++) {
      using other = await RawPeer.connect(place);
      if (n % 2 === 0) {
        await other.takeRest().catch(() => {
          // Some are closed without a word.
        });
      }
    }
  };
  const knocking = Promise.all([knock(), knock(), knock()]).finally(() => isOver = true);
  let served = 0;
  for (; !isOver; served++) {
    assert.equal((await peer.request(FrameType.STAT, { path: "" })).type, FrameType.RESULT);
  }
  await knocking;
  assert.ok(served > 0);
  await until(() => place.server.admission().refused.address === 300, "the last ones");
  assert.equal(place.server.status().connections, 1);
});

Deno.test("a refused peer that asks before it reads still reads why", async () => {
  await using place = await startTestServer({ admission: { ...NOBODY, maxPerAddress: 1 } });
  using _first = await RawPeer.greet(place);
  using peer = await RawPeer.connect(place);
  await peer.send(HELLO);
  for (let n = 0; n < 100; n++) await peer.begin(FrameType.STAT, { path: "x".repeat(1000) });
  await peer.expectPreface();
  await peer.expectRefusal("busy");
});
