import type { TlsCertificate } from "#protocol/tls_certificate.ts";
import { completeLimits, type WriteLimits } from "../limits/write_limits.ts";
import type { LiveControls } from "../live_controls.ts";
import { completeThrottle, type ServerSettings, type ThrottleSettings } from "../server_options.ts";
import { type SharedSettings, shareSettings } from "./share_settings.ts";

/** Who hears of changes. */
export interface FleetControlsEvents {
  /** The shares are others now. */
  readonly onChange: () => void;
  readonly onReopenAudit: () => void;
}

/** What can be changed while a server of several processes runs; each change is shared out anew. */
export class FleetControls implements LiveControls {
  readonly #events: FleetControlsEvents;
  readonly #count: number;
  #settings: ServerSettings;
  #shared: SharedSettings;

  /**
   * @param settings Of the whole server; root is a real path.
   * @param count Processes.
   * @param events Who hears of changes.
   * @throws {RangeError} When the settings cannot be shared out.
   */
  constructor(settings: ServerSettings, count: number, events: FleetControlsEvents) {
    this.#events = events;
    this.#count = count;
    this.#settings = settings;
    this.#shared = shareSettings(settings, count);
  }

  /** What each process has, and what all have together. */
  get shared(): SharedSettings {
    return this.#shared;
  }

  get throttle(): ThrottleSettings {
    return this.#settings.throttle;
  }

  get limits(): WriteLimits {
    return this.#settings.limits;
  }

  get maxConnections(): number {
    return this.#settings.maxConnections;
  }

  setThrottle(change: Parameters<LiveControls["setThrottle"]>[0]): void {
    this.#change({ throttle: completeThrottle({ ...this.throttle, ...change }) });
  }

  setLimits(limits: Partial<WriteLimits>): void {
    this.#change({ limits: completeLimits(limits) });
  }

  setMaxConnections(maxConnections: number): void {
    this.#change({ maxConnections });
  }

  /** For processes that are started again; those that run are told by themselves. */
  setCertificate(tls: TlsCertificate): void {
    this.#settings = { ...this.#settings, tls };
    this.#shared = shareSettings(this.#settings, this.#count);
  }

  reopenAudit(): void {
    this.#events.onReopenAudit();
  }

  #change(change: Partial<ServerSettings>): void {
    const settings = { ...this.#settings, ...change };
    this.#shared = shareSettings(settings, this.#count);
    this.#settings = settings;
    this.#events.onChange();
  }
}
