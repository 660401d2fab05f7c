import { FrameType } from "#protocol/frame.ts";
import { ERROR_CODES, type ErrorCode } from "#protocol/error_code.ts";
import type { FakePeer, ReceivedFrame, Script } from "./fake_server.ts";
import { answerGet, type GetBehaviour, xxh128 } from "./file_scripts.ts";

/** What a fake server does with small uploads, and what it saw of them. */
export class StagingServer {
  /** Files that have their names. */
  readonly published = new Map<string, Uint8Array>();
  /** Paths of the files of each batch that was published. */
  readonly batches: string[][] = [];
  /** PUTs and STATs in the order of their arrival. */
  readonly requests: string[] = [];
  /** Errors of PUBLISH by path. */
  readonly errors: Record<string, ErrorCode> = {};
  /** Closes the connection when so many files are staged, once. */
  cutAtStaged = Infinity;
  /** Publishes and closes the connection instead of answering PUBLISH, once. */
  losesPublished = false;
  /** Answers PUTs of these paths with damage, once each. */
  readonly damaged = new Set<string>();

  /** Plays one connection. */
  readonly script: Script = async (peer) => {
    await peer.hello();
    const staged: { path: string; bytes: Uint8Array }[] = [];
    for (;;) {
      const frame = await peer.next();
      if (frame.type === FrameType.PUT) {
        const file = await this.#takePut(peer, frame);
        if (file !== undefined) staged.push(file);
        if (staged.length >= this.cutAtStaged) {
          this.cutAtStaged = Infinity;
          return;
        }
      } else if (frame.type === FrameType.PUBLISH) {
        if (!await this.#publish(peer, frame, staged.splice(0))) return;
      } else if (frame.type === FrameType.STAT) {
        await this.#stat(peer, frame);
      }
    }
  };

  async #takePut(
    peer: FakePeer,
    put: ReceivedFrame,
  ): Promise<{ path: string; bytes: Uint8Array } | undefined> {
    const { path, sizeBytes, stage } = put.json;
    this.requests.push(`PUT ${path}`);
    const pieces: number[] = [];
    for (;;) {
      const frame = await peer.next();
      if (frame.type === FrameType.DATA) {
        pieces.push(...frame.payload);
        continue;
      }
      if (this.damaged.delete(path)) {
        await peer.sendError(put.id, "checksum_mismatch");
        return undefined;
      }
      const bytes = Uint8Array.from(pieces);
      const digest = await xxh128(bytes);
      if (frame.json.digest !== digest || bytes.byteLength !== sizeBytes) throw new Error("damage");
      const outcome = stage ? "staged" : "created";
      if (!stage) this.published.set(path, bytes);
      await peer.send(FrameType.RESULT, put.id, { outcome, path, sizeBytes, digest });
      return stage ? { path, bytes } : undefined;
    }
  }

  async #publish(
    peer: FakePeer,
    frame: ReceivedFrame,
    staged: readonly { path: string; bytes: Uint8Array }[],
  ): Promise<boolean> {
    this.batches.push(staged.map(({ path }) => path));
    const files = staged.map(({ path, bytes }) => {
      const name = this.errors[path];
      if (name !== undefined) {
        return { wanted: path, error: { code: ERROR_CODES[name].wire, message: `fake ${name}` } };
      }
      this.published.set(path, bytes);
      return { wanted: path, outcome: "created", path };
    });
    if (this.losesPublished) {
      this.losesPublished = false;
      return false;
    }
    await peer.send(FrameType.RESULT, frame.id, { files });
    return true;
  }

  async #stat(peer: FakePeer, frame: ReceivedFrame): Promise<void> {
    const { path } = frame.json;
    this.requests.push(`STAT ${path}`);
    const bytes = this.published.get(path);
    if (bytes === undefined) return await peer.sendError(frame.id, "not_found");
    const digests = [await xxh128(bytes)];
    const sizeBytes = bytes.byteLength;
    const stat = { path, kind: "file", sizeBytes, modifiedAtMs: 0, version: "1", digests };
    await peer.send(FrameType.RESULT, frame.id, stat);
  }
}

/** Plays a server that has some files and answers GETs, however many come ahead. */
export function serveFiles(
  files: ReadonlyMap<string, Uint8Array>,
  behaviour: (path: string) => GetBehaviour = () => ({}),
): Script {
  return async (peer) => {
    await peer.hello();
    for (;;) {
      const get = await peer.next();
      if (get.type !== FrameType.GET) continue;
      const file = files.get(get.json.path);
      if (file === undefined) await peer.sendError(get.id, "not_found");
      else await answerGet(peer, get, file, behaviour(get.json.path));
    }
  };
}
