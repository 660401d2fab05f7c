import type { FrameType } from "#protocol/frame.ts";
import { FrameSpotter } from "./frame_spotter.ts";
import type { Passage, Passages, TrafficWay } from "./tcp_relay.ts";

/** An instant in the life of a transfer, told from its bytes. */
export type Instant =
  /** So many bytes have passed since the trigger was armed; the connection is cut there. */
  | { readonly way: TrafficWay; readonly bytes: number }
  /** A frame of this type has passed, and then some time. */
  | { readonly way: TrafficWay; readonly behind: FrameType; readonly afterMs: number };

interface Armed {
  readonly instant: Instant;
  readonly act: () => void;
  passedBytes: number;
  isFired: boolean;
  readonly fired: PromiseWithResolvers<void>;
}

/** Does something at an instant of the traffic through a relay. */
export class TrafficTrigger {
  #armed: Armed | undefined;

  /** For `TcpRelay.passages`. */
  readonly passages = (): Passages => ({ up: this.#watch("up"), down: this.#watch("down") });

  /**
   * Waits for an instant from now on.
   *
   * @param instant When.
   * @param act What to do then.
   * @returns Resolves when it is done.
   */
  arm(instant: Instant, act: () => void): Promise<void> {
    const fired = Promise.withResolvers<void>();
    this.#armed = { instant, act, passedBytes: 0, isFired: false, fired };
    return fired.promise;
  }

  /** Does it now, if its instant has not come. */
  fireNow(): void {
    if (this.#armed !== undefined) fire(this.#armed, 0);
  }

  #watch(way: TrafficWay): Passage {
    const frames = new FrameSpotter();
    return async (bytes, to) => {
      const types = frames.feed(bytes);
      const armed = this.#armed;
      if (armed === undefined || armed.isFired || armed.instant.way !== way) {
        return await to.send(bytes);
      }
      if ("behind" in armed.instant) {
        await to.send(bytes);
        if (types.includes(armed.instant.behind)) fire(armed, armed.instant.afterMs);
        return;
      }
      const left = Math.max(0, armed.instant.bytes - armed.passedBytes);
      armed.passedBytes += bytes.byteLength;
      if (armed.passedBytes < armed.instant.bytes) return await to.send(bytes);
      await to.send(bytes.subarray(0, left));
      fire(armed, 0);
      // Buffers on the way would still deliver some MB: a machine that dies takes them along.
      to.cut();
    };
  }
}

function fire(armed: Armed, afterMs: number): void {
  if (armed.isFired) return;
  armed.isFired = true;
  const act = (): void => {
    armed.act();
    armed.fired.resolve();
  };
  if (afterMs === 0) act();
  else setTimeout(act, afterMs);
}
