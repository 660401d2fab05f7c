import { FrameType } from "#protocol/frame.ts";
import { RawPeer, type ReceivedFrame } from "#tests/support/raw_peer.ts";
import { downloadRaw, uploadRaw } from "#tests/support/raw_transfer.ts";
import type { SeededRandom } from "#tests/support/seeded_random.ts";
import type { RelayTarget } from "#tests/support/tcp_relay.ts";
import type { Observed, Operation } from "#tests/server/serial_order.ts";
import { pick } from "../fuzz/case_random.ts";

type Answer = Pick<Observed, "reply" | "trashId">;

const NAMES = ["a", "b", "c", "d", "e", "f"];
const KINDS = [
  ...["upload", "upload", "upload", "rename", "rename", "rename"] as const,
  ...["delete", "delete", "restore", "mkdir", "read", "read"] as const,
];
/** Answers behind which a line may stand that broke: what was asked may have happened. */
const UNSURE: ReadonlySet<string> = new Set(["unreachable", "timeout", "cancelled", "stopping"]);
const LOST: Answer = { reply: undefined, trashId: undefined };

/** The content of a file that is known by a number: long enough for several frames, or short. */
export function contentOf(text: string): string {
  return Number(text) % 3 === 0 ? text : `${text} `.repeat(20_000);
}

/** The number of a content; what is no whole content stands for itself. */
export function numberOf(content: string): string {
  const [text = ""] = content.split(" ", 1);
  return contentOf(text) === content ? text : `broken: ${content.slice(0, 50)}, ${content.length}`;
}

/**
 * Asks a few things over one line, until it breaks.
 *
 * @param line The line.
 * @param operations What to ask, one after the other.
 * @returns How it went, up to the operation whose answer was lost.
 */
export async function runLane(
  line: RelayTarget,
  operations: readonly Operation[],
): Promise<Observed[]> {
  const lane: Observed[] = [];
  let peer: RawPeer | undefined;
  try {
    peer = await RawPeer.greet(line);
  } catch {
    return lane; // It broke before anything was asked.
  }
  using _open = peer;
  for (const operation of operations) {
    const beginMs = performance.now();
    const answer = await ask(peer, operation);
    lane.push({ operation, beginMs, endMs: performance.now(), ...answer });
    if (answer.reply === undefined) return lane;
  }
  return lane;
}

async function ask(peer: RawPeer, operation: Operation): Promise<Answer> {
  try {
    return await run(peer, operation);
  } catch (error) {
    // A digest that differs is no broken line.
    if (error instanceof Error && error.name === "AssertionError") throw error;
    return LOST;
  }
}

/** Chooses an operation. */
export function choose(
  random: SeededRandom,
  ids: readonly string[],
  nextText: () => string,
): Operation {
  const name = pick(random, NAMES);
  const kind = pick(random, KINDS);
  switch (kind) {
    case "upload":
      return { kind, name, text: nextText(), policy: pick(random, ["error", "overwrite", "skip"]) };
    case "rename":
      return { kind, from: name, to: pick(random, NAMES.filter((other) => other !== name)) };
    case "restore":
      return ids.length === 0
        ? { kind: "read", name }
        : { kind, id: pick(random, ids.slice(-8)), name };
    case "delete":
    case "mkdir":
      return { kind, name };
    default:
      return { kind: "read", name };
  }
}

async function run(peer: RawPeer, operation: Operation): Promise<Answer> {
  switch (operation.kind) {
    case "upload": {
      const { name, text, policy } = operation;
      const bytes = new TextEncoder().encode(contentOf(text));
      return answerOf(await uploadRaw(peer, name, bytes, { onConflict: policy }));
    }
    case "rename":
      return answerOf(await peer.request(FrameType.RENAME, operation));
    case "delete":
      return answerOf(await peer.request(FrameType.DELETE, { path: operation.name }));
    case "restore": {
      const { id, name } = operation;
      return answerOf(await peer.request(FrameType.RESTORE, { id, path: name }));
    }
    case "mkdir":
      return answerOf(await peer.request(FrameType.MKDIR, { path: operation.name }));
    case "read": {
      const got = await downloadRaw(peer, operation.name);
      if (!(got instanceof Uint8Array)) return answerOf(got);
      return { reply: numberOf(new TextDecoder().decode(got)), trashId: undefined };
    }
  }
}

function answerOf({ requestId, json }: ReceivedFrame): Answer {
  const name = json?.name === undefined ? undefined : String(json.name);
  if (requestId === 0 || UNSURE.has(name ?? "")) return LOST;
  const trashId = json?.trashId === undefined ? undefined : String(json.trashId);
  return { reply: name ?? String(json?.outcome ?? "done"), trashId };
}
