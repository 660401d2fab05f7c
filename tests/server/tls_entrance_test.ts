import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import type { ServerAddress } from "#client/types.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { readCertificate, type TlsCertificate } from "#protocol/tls_certificate.ts";
import { RefusalDesk } from "#server/admission/refusal_desk.ts";
import { type Arrival, TlsEntrance } from "#server/tls_entrance.ts";
import { makeCertificate } from "#tests/support/certificates.ts";
import { countSockets, waitUntilClosed } from "#tests/support/open_descriptors.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { hasProgram, runCommand } from "#tests/support/run_command.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { startTestServer, type TestServer } from "./test_server.ts";
import { until } from "./until.ts";

const ROUND = 200;
const ROUNDS = 5;

/** All of 127.0.0.0/8 is this machine on Linux, and any of it may be the sender's address. */
const hasOtherAddresses = Deno.build.os === "linux" && await hasProgram("curl");

const tls = await (async (): Promise<TlsCertificate> => {
  await using folder = await makeTempFolder();
  return await readCertificate(await makeCertificate(folder.path, "own"), Deno);
})();

function addressOf({ hostname, port }: TestServer): ServerAddress {
  return { hostname, port, tls: { ca: tls.cert } };
}

/** Why a client is refused; `undefined` when it is served. */
async function refusalOf(place: TestServer): Promise<string | undefined> {
  await using client = new SluiceClient({ server: addressOf(place), retry: { attempts: 1 } });
  return await client.ping().then(() => undefined, (error: Error) => error.message);
}

/** On a machine that is slow and busy a client may be too late for a deadline that is short. */
async function untilServed(place: TestServer): Promise<void> {
  await until(async () => await refusalOf(place) === undefined, "a client to be served");
}

async function untilRefused(place: TestServer, why: RegExp): Promise<void> {
  await until(async () => why.test(await refusalOf(place) ?? ""), "a refusal");
}

/** Asks as HTTP, which the server refuses in words that curl reads. */
async function curlFrom(address: string, { port }: TestServer): Promise<string> {
  const url = `https://127.0.0.1:${port}/`;
  const { stdout } = await runCommand("curl", ["-ks", "--http0.9", "--interface", address, url]);
  return stdout;
}

/** Connects peers that say nothing. */
function connect(place: { hostname: string; port: number }, count: number): Promise<RawPeer[]> {
  return Promise.all(Array.from({ length: count }, () => RawPeer.connect(place)));
}

/** A listener, a silent peer, and the server's end of its connection. */
async function makePair(): Promise<Disposable & { peer: Deno.TcpConn; conn: Deno.TlsConn }> {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...tls });
  const connecting = Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const [peer, conn] = await Promise.all([connecting, listener.accept()]);
  return { peer, conn, [Symbol.dispose]: () => listener.close() };
}

/** Notes what is heard of a connection. */
function noteTo(heard: string[]): Arrival {
  return {
    ready: () => void heard.push("ready"),
    late: () => void heard.push("late"),
    gone: () => void heard.push("gone"),
  };
}

Deno.test({
  name:
    "an address whose silent handshakes fill its limit is refused until one of them leaves, and no other",
  ignore: !hasOtherAddresses,
  fn: async () => {
    await using place = await startTestServer({
      tls,
      admission: { trustedAddresses: "none", maxPerAddress: 2, hasPenalties: false },
      timeouts: { helloMs: 3_000 },
    });
    const silent = await connect(place, 2);
    try {
      await until(() => place.server.admission().offences.late === 2, "the end of their time");
      assert.equal(place.server.status().connections, 0);
      await untilRefused(place, /2 are open from your address/);
      const isServed = async (): Promise<boolean> =>
        /speaks the Sluice file transfer/.test(await curlFrom("127.0.0.2", place));
      await until(isServed, "another address to be served");
      await untilRefused(place, /2 are open from your address/);
      silent[0]?.close();
      await untilServed(place);
    } finally {
      for (const peer of silent) peer.close();
    }
  },
});

Deno.test(`${ROUND * ROUNDS} silent handshakes that leave again leave nothing behind`, async () => {
  await using place = await startTestServer({
    tls,
    admission: {
      trustedAddresses: "none",
      maxPerAddress: ROUND,
      hasPenalties: false,
      startups: { start: ROUND, ratePercent: 100, full: ROUND },
    },
    timeouts: { helloMs: 1_000 },
    metrics: { hostname: "127.0.0.1", port: 0 },
  });
  await untilServed(place);
  const unfinished = async (): Promise<string | undefined> => {
    const response = await fetch(`http://127.0.0.1:${place.server.metricsAddress?.port}/metrics`);
    return /^sluice_handshakes_unfinished (\d+)$/m.exec(await response.text())?.[1];
  };
  await unfinished();
  await until(() => place.server.status().connections === 0, "nobody");
  const sockets = await countSockets(Deno.pid);
  for (let round = 0; round < ROUNDS; round++) {
    const before = place.server.admission();
    const silent = await connect(place, ROUND);
    try {
      await until(
        () => place.server.admission().admitted === before.admitted + ROUND,
        "all of them to come in",
      );
      // Some leave in time.
      if (round % 2 === 0) {
        const lateAfter = before.offences.late + ROUND;
        await until(() => place.server.admission().offences.late === lateAfter, "their deadline");
        assert.equal(await unfinished(), String(ROUND));
        await untilRefused(place, /are open from your address/);
      }
    } finally {
      for (const peer of silent) peer.close();
    }
    await until(async () => await unfinished() === "0", "all of them to be gone");
    await until(() => place.server.status().connections === 0, "nobody");
  }
  await untilServed(place);
  await until(() => place.server.status().connections === 0, "nobody");
  // What `fetch` keeps open is of this process, too.
  await waitUntilClosed(Deno.pid, place.root.path, sockets + 2);
});

Deno.test("a server stops at once, whatever silent handshakes it has", async () => {
  const place = await startTestServer({
    tls,
    admission: { trustedAddresses: "none", maxPerAddress: 2, hasPenalties: false },
    timeouts: { helloMs: 300 },
  });
  const late = await connect(place, 1);
  await until(() => place.server.admission().offences.late === 1, "the end of its time");
  const others = await connect(place, 3);
  await until(() => place.server.admission().refused.address === 2, "refusals");
  await place[Symbol.asyncDispose]();
  for (const peer of [...late, ...others]) peer.close();
});

Deno.test("TlsEntrance closes a connection whose handshake ends too late", async () => {
  using pair = await makePair();
  const entrance = new TlsEntrance(60_000);
  const heard: string[] = [];
  entrance.receive(pair.conn, noteTo(heard));
  entrance.tick(performance.now());
  assert.deepEqual([entrance.awaited, entrance.late, heard], [1, 0, []]);
  entrance.tick(performance.now() + 60_001);
  assert.deepEqual([entrance.awaited, entrance.late, heard], [0, 1, ["late"]]);
  using client = await Deno.startTls(pair.peer, { hostname: "127.0.0.1", caCerts: [tls.cert] });
  assert.equal(await client.read(new Uint8Array(1)), null);
  await until(() => entrance.late === 0, "its end");
  assert.deepEqual(heard, ["late", "gone"]);
  await entrance.stop();
});

Deno.test("TlsEntrance hands over a connection whose handshake ends in time", async () => {
  using pair = await makePair();
  const entrance = new TlsEntrance(60_000);
  const heard: string[] = [];
  entrance.receive(pair.conn, noteTo(heard));
  using client = await Deno.startTls(pair.peer, { hostname: "127.0.0.1", caCerts: [tls.cert] });
  await client.handshake();
  await until(() => entrance.awaited === 0, "the handshake");
  entrance.tick(performance.now() + 60_001);
  await entrance.stop();
  assert.deepEqual(heard, ["ready"]);
  pair.conn.close();
});

Deno.test("RefusalDesk keeps who is silent in its handshake until it leaves, and tells others meanwhile", async () => {
  const error = new SluiceError("busy", "Cannot serve this connection: too many");
  const desk = new RefusalDesk({ most: 1, deadlineMs: 60_000 });
  using told = await makePair();
  using untold = await makePair();
  assert.deepEqual([desk.refuse(told.conn, error), desk.refuse(untold.conn, error)], [true, false]);
  assert.equal(desk.unfinished, 2);
  desk.tick(performance.now() + 60_001);
  assert.equal(desk.unfinished, 2);
  using next = await makePair();
  assert.ok(desk.refuse(next.conn, error), "who was too late takes no place of another");
  {
    using client = await Deno.startTls(next.peer, { hostname: "127.0.0.1", caCerts: [tls.cert] });
    const said = await new Response(client.readable).text();
    assert.match(said, /^SLUICE.*too many/s);
  }
  told.peer.close();
  untold.peer.close();
  await until(() => desk.size === 0, "all to be gone");
  await desk.stop();
});
