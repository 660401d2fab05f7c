import assert from "node:assert/strict";
import { decodeControl } from "#protocol/control_payload.ts";
import { FrameType } from "#protocol/frame.ts";
import { type Snapshot, SnapshotSchema } from "#protocol/replies.ts";
import { EVENT_DEADLINE_MS } from "#tests/support/deadline.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";

/** A raw peer with a WATCH under way. */
export class Watcher implements Disposable {
  readonly peer: RawPeer;
  readonly requestId: number;

  private constructor(peer: RawPeer, requestId: number) {
    this.peer = peer;
    this.requestId = requestId;
  }

  /**
   * Connects and begins to watch: `using watcher = await Watcher.begin(place)`.
   *
   * @param server Where.
   * @param intervalMs Time between two snapshots.
   */
  static async begin(
    server: { readonly hostname: string; readonly port: number },
    intervalMs = 100,
  ): Promise<Watcher> {
    const peer = await RawPeer.greet(server);
    return new Watcher(peer, await peer.begin(FrameType.WATCH, { intervalMs }));
  }

  /** Waits for the next snapshot, which must be the next frame. */
  async next(): Promise<Snapshot> {
    const { payload } = await this.peer.expectFrame(FrameType.SNAPSHOT, this.requestId);
    return decodeControl(SnapshotSchema, payload);
  }

  /** Waits for a snapshot that shows something. */
  async until(shows: (snapshot: Snapshot) => boolean, what: string): Promise<Snapshot> {
    const deadline = performance.now() + EVENT_DEADLINE_MS;
    for (;;) {
      const snapshot = await this.next();
      if (shows(snapshot)) return snapshot;
      assert.ok(performance.now() < deadline, `no ${what} in ${JSON.stringify(snapshot)}`);
    }
  }

  [Symbol.dispose](): void {
    this.peer.close();
  }
}
