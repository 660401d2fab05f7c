import type { EventClock } from "./event_clock.ts";
import { SharedResource } from "./shared_resource.ts";

/** What a machine has. */
export interface MachineSettings {
  readonly cores: number;
  /** Bytes per second of its network, all connections together. */
  readonly networkBytes: number;
  /** Bytes per second that one client can take. */
  readonly clientBytes: number;
}

/** A machine: its cores and its network line. */
export class MachineModel {
  readonly cores: SharedResource;
  readonly network: SharedResource;

  constructor(clock: EventClock, { cores, networkBytes, clientBytes }: MachineSettings) {
    this.cores = new SharedResource(clock, { total: cores, perJob: 1 });
    this.network = new SharedResource(clock, { total: networkBytes, perJob: clientBytes });
  }
}
