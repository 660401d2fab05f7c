import type { ThrottleChange } from "#protocol/throttle.ts";
import type { LiveControls } from "../live_controls.ts";
import { completeThrottle, type ThrottleSettings } from "../server_options.ts";
import type { ThrottleControls } from "../throttle_request.ts";
import type { FleetView } from "./fleet.ts";
import { requireShareable, shareOf } from "./share_settings.ts";

/**
 * The limits on flow of a whole server, seen from one of its processes. A change takes effect here at once, and is
 * told to the first process, which tells all: the last one that it hears of holds for everybody.
 */
export class FleetThrottle implements ThrottleControls {
  readonly #own: Pick<LiveControls, "throttle" | "setThrottle">;
  readonly #fleet: FleetView;
  readonly #tell: (change: ThrottleChange) => void;

  /**
   * @param own This process's share.
   * @param fleet All processes.
   * @param tell Passes a change on.
   */
  constructor(
    own: Pick<LiveControls, "throttle" | "setThrottle">,
    fleet: FleetView,
    tell: (change: ThrottleChange) => void,
  ) {
    this.#own = own;
    this.#fleet = fleet;
    this.#tell = tell;
  }

  get throttle(): ThrottleSettings {
    return { ...this.#own.throttle, rate: this.#fleet.limits.rate };
  }

  setThrottle(change: Parameters<LiveControls["setThrottle"]>[0]): void {
    const { index, count } = this.#fleet.member;
    const { rate, ratePerConnection } = completeThrottle({ ...this.throttle, ...change });
    requireShareable(rate, count);
    this.#own.setThrottle({ rate: shareOf(rate, index - 1, count), ratePerConnection });
    this.#fleet.limits = { ...this.#fleet.limits, rate };
    this.#tell(change);
  }
}
