import { type Passage, type RelayTarget, TcpRelay, type TrafficWay } from "./tcp_relay.ts";

/** A held connection gets a piece through this often, so that nobody takes its line for dead. */
const SIGN_OF_LIFE_MS = 5_000;

/** While a line is held. */
interface Hold {
  readonly way: TrafficWay;
  /** What each connection may still send. */
  readonly bytes: number;
  readonly isReached: PromiseWithResolvers<void>;
  readonly isOver: PromiseWithResolvers<void>;
}

/**
 * A line that a test can hold: transfers stay in their middle, for minutes if need be, until the test
 * lets them go on. So nothing depends on how fast the machine is.
 */
export class GatedLine extends TcpRelay {
  #hold: Hold | undefined;

  /** @param target Where bytes go; may be set later. */
  constructor(target?: RelayTarget) {
    super(target);
    this.passages = () => ({ up: this.#gate("up"), down: this.#gate("down") });
  }

  /**
   * Holds each connection, old or new, from now on.
   *
   * @param way Whose bytes: `up` from client to server.
   * @param bytes How many of them still pass on each connection.
   * @returns Resolves when the first connection has sent so many.
   */
  hold(way: TrafficWay, bytes: number): Promise<void> {
    this.release();
    const [isReached, isOver] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    this.#hold = { way, bytes, isReached, isOver };
    return isReached.promise;
  }

  /** Lets everything pass. */
  release(): void {
    this.#hold?.isOver.resolve();
    this.#hold = undefined;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.release();
    await super[Symbol.asyncDispose]();
  }

  #gate(way: TrafficWay): Passage {
    let hold: Hold | undefined;
    let passedBytes = 0;
    return async (bytes, to) => {
      if (hold !== this.#hold) [hold, passedBytes] = [this.#hold, 0];
      passedBytes += bytes.byteLength;
      if (hold !== undefined && hold.way === way && passedBytes > hold.bytes) {
        hold.isReached.resolve();
        await orAfter(SIGN_OF_LIFE_MS, hold.isOver.promise, to.closed);
      }
      await to.send(bytes);
    };
  }
}

async function orAfter(ms: number, ...events: readonly Promise<void>[]): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  await Promise.race([...events, late.promise]);
  clearTimeout(timer);
}
