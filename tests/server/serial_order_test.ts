import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { RawPeer, type ReceivedFrame } from "#tests/support/raw_peer.ts";
import { downloadRaw, uploadRaw } from "#tests/support/raw_transfer.ts";
import { SeededRandom } from "#tests/support/seeded_random.ts";
import { findSerialOrder, type NamesState, type Observed, type Operation } from "./serial_order.ts";
import { readNamesState, shownState } from "./names_state.ts";
import { startTestServer } from "./test_server.ts";

const CLIENTS = 16;
const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h"];
/** Many renames: two that look for one free name at once are what a missing lock would mix up. */
const KINDS = [
  ...["upload", "upload", "upload", "rename", "rename", "rename", "rename", "rename"] as const,
  ...["delete", "delete", "restore", "mkdir", "read"] as const,
];
const OPERATIONS_PER_ROUND = 2;
const DURATION_MS = 6_000;
/** On a machine so slow that the time does not suffice for more. */
const LEAST_OPERATIONS = 512;
const EMPTY: NamesState = { names: new Map(), trash: new Map() };

Deno.test("what 16 clients do to 8 names for 6 s is explained by some serial order", async () => {
  await using place = await startTestServer({ workers: CLIENTS });
  const seed = Date.now() % 1_000_000;
  const randoms = Array.from({ length: CLIENTS }, (_, n) => new SeededRandom(seed * 100 + n));
  const peers = await Promise.all(randoms.map(() => RawPeer.greet(place)));
  try {
    const endMs = performance.now() + DURATION_MS;
    let before = EMPTY;
    let count = 0;
    while (count < LEAST_OPERATIONS || performance.now() < endMs) {
      const ids = [...before.trash.keys()];
      const lanes = await Promise.all(
        peers.map((peer, client) =>
          runLane(peer, () => choose(randoms[client] ?? new SeededRandom(0), ids))
        ),
      );
      const observed = lanes.flat();
      const after = readNamesState(place.root.path);
      const order = findSerialOrder(before, observed, after);
      assert.ok(
        order !== undefined,
        `no serial order explains this (seed ${seed}): ${
          JSON.stringify(
            { before: shownState(before), observed, after: shownState(after) },
            null,
            1,
          )
        }`,
      );
      before = after;
      count += observed.length;
    }
  } finally {
    for (const peer of peers) peer.close();
  }
});

Deno.test("findSerialOrder() finds none for two renames that both took one name", () => {
  const before: NamesState = { names: new Map([["a", "1"], ["b", "2"]]), trash: new Map() };
  const both = ["a", "b"].map((from): Observed => ({
    operation: { kind: "rename", from, to: "c" },
    beginMs: 0,
    endMs: 1,
    reply: "done",
    trashId: undefined,
  }));
  const after: NamesState = { names: new Map([["c", "2"]]), trash: new Map() };
  assert.equal(findSerialOrder(before, both, after), undefined);
});

Deno.test("findSerialOrder() lets nothing take effect before it began", () => {
  const write: Observed = {
    operation: { kind: "upload", name: "a", text: "1", policy: "error" },
    beginMs: 10,
    endMs: 20,
    reply: "created",
    trashId: undefined,
  };
  const read = (beginMs: number, reply: string): Observed => ({
    operation: { kind: "read", name: "a" },
    beginMs,
    endMs: beginMs + 5,
    reply,
    trashId: undefined,
  });
  const after: NamesState = { names: new Map([["a", "1"]]), trash: new Map() };
  assert.ok(findSerialOrder(EMPTY, [write, read(12, "1"), read(0, "not_found")], after));
  assert.ok(findSerialOrder(EMPTY, [write, read(12, "not_found")], after));
  assert.equal(findSerialOrder(EMPTY, [write, read(0, "1")], after), undefined);
  assert.equal(findSerialOrder(EMPTY, [write, read(30, "not_found")], after), undefined);
});

let nextText = 0;

function choose(random: SeededRandom, ids: readonly string[]): Operation {
  const pick = <T>(from: readonly T[]): T => from[random.between(0, from.length)] as T;
  const name = pick(NAMES);
  const kind = pick(KINDS);
  switch (kind) {
    case "upload":
      return { kind, name, text: `${nextText++}`, policy: pick(["error", "overwrite", "skip"]) };
    case "rename":
      return { kind, from: name, to: pick(NAMES.filter((other) => other !== name)) };
    case "restore":
      return ids.length === 0 ? { kind: "read", name } : { kind, id: pick(ids.slice(-8)), name };
    case "delete":
    case "mkdir":
      return { kind, name };
    default:
      return { kind: "read", name };
  }
}

async function runLane(peer: RawPeer, next: () => Operation): Promise<Observed[]> {
  const lane: Observed[] = [];
  for (let n = 0; n < OPERATIONS_PER_ROUND; n++) {
    const operation = next();
    const beginMs = performance.now();
    const answer = await run(peer, operation);
    lane.push({ operation, beginMs, endMs: performance.now(), ...answer });
  }
  return lane;
}

async function run(
  peer: RawPeer,
  operation: Operation,
): Promise<Pick<Observed, "reply" | "trashId">> {
  switch (operation.kind) {
    case "upload": {
      const { name, text, policy } = operation;
      const bytes = new TextEncoder().encode(text);
      return replyOf(await uploadRaw(peer, name, bytes, { onConflict: policy }));
    }
    case "rename":
      return replyOf(await peer.request(FrameType.RENAME, operation));
    case "delete":
      return replyOf(await peer.request(FrameType.DELETE, { path: operation.name }));
    case "restore": {
      const { id, name } = operation;
      return replyOf(await peer.request(FrameType.RESTORE, { id, path: name }));
    }
    case "mkdir":
      return replyOf(await peer.request(FrameType.MKDIR, { path: operation.name }));
    case "read": {
      const got = await downloadRaw(peer, operation.name);
      if (!(got instanceof Uint8Array)) return replyOf(got);
      return { reply: new TextDecoder().decode(got), trashId: undefined };
    }
  }
}

function replyOf({ json }: ReceivedFrame): Pick<Observed, "reply" | "trashId"> {
  const trashId = json?.trashId === undefined ? undefined : String(json.trashId);
  return { reply: String(json?.name ?? json?.outcome ?? "done"), trashId };
}
