import assert from "node:assert/strict";
import { SluiceError } from "#protocol/sluice_error.ts";
import { RefusalDesk } from "#server/admission/refusal_desk.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";

const ERROR = new SluiceError("busy", "Cannot serve this connection: too many");

/** A peer and the server's end of its connection. */
async function makePair(listener: Deno.TcpListener): Promise<[RawPeer, Deno.TcpConn]> {
  const { hostname, port } = listener.addr as Deno.NetAddr;
  return await Promise.all([RawPeer.connect({ hostname, port }), listener.accept()]);
}

async function expectTold(peer: RawPeer): Promise<void> {
  await peer.expectPreface();
  assertError(await peer.nextFrame(), "busy");
  await peer.expectEnd();
}

Deno.test("RefusalDesk tells so many at a time and closes the others, until one has read it", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const desk = new RefusalDesk({ most: 1 });
  const [first, firstConn] = await makePair(listener);
  const [second, secondConn] = await makePair(listener);
  assert.ok(desk.refuse(firstConn, ERROR));
  assert.ok(!desk.refuse(secondConn, ERROR));
  await second.expectEnd();
  await expectTold(first);
  first.close();
  second.close();
  await desk.stop();
  assert.equal(desk.size, 0);
  const [third, thirdConn] = await makePair(listener);
  assert.ok(desk.refuse(thirdConn, ERROR));
  await expectTold(third);
  third.close();
  await desk.stop();
});

Deno.test("RefusalDesk tells so many in a second", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let nowMs = 0;
  const desk = new RefusalDesk({ perSecond: 2 }, () => nowMs);
  const told: boolean[] = [];
  for (const atMs of [0, 10, 999, 1000, 1001, 1002, 2500]) {
    nowMs = atMs;
    const [peer, conn] = await makePair(listener);
    told.push(desk.refuse(conn, ERROR));
    peer.close();
  }
  assert.deepEqual(told, [true, true, false, true, true, false, true]);
  await desk.stop();
});

Deno.test("RefusalDesk lets go of a peer that neither reads nor leaves", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const desk = new RefusalDesk({ deadlineMs: 100 });
  const [peer, conn] = await makePair(listener);
  assert.ok(desk.refuse(conn, ERROR));
  await expectTold(peer);
  // Only the server's own end of patience lets this write fail.
  await assert.rejects(async () => {
    for (;;) await peer.send(new Uint8Array(1000));
  });
  peer.close();
  await desk.stop();
});
