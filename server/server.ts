import type { StatusResult } from "#protocol/replies.ts";
import type { TlsCertificate } from "#protocol/tls_certificate.ts";
import type { AdmissionSnapshot } from "./admission/admission_counts.ts";
import type { LiveControls } from "./live_controls.ts";
import type { ObservedCounts } from "./metrics/observed_counts.ts";
import type { MetricsAddress } from "./metrics/server_metrics.ts";
import type { FleetCounts, FleetView } from "./processes/fleet.ts";

/** A running server. */
export interface Server extends AsyncDisposable {
  /** The address that it listens on. */
  readonly hostname: string;
  /** The port, also when 0 was asked for. */
  readonly port: number;
  /** Real path of the folder that it serves. */
  readonly root: string;
  /** The same that a STATUS request gets. */
  status(): StatusResult;
  /** Whom this process has let in, and whom it has refused and why. */
  admission(): AdmissionSnapshot;
  /**
   * Takes another certificate for new connections; those that are open go on. Does nothing without encryption.
   *
   * @param tls A certificate that was checked, as `readCertificate()` does.
   */
  renewCertificate(tls: TlsCertificate): void;
  /** Where metrics are served, when they are. */
  readonly metricsAddress: MetricsAddress | undefined;
  /** What can be changed while it runs. */
  readonly controls: LiveControls;
  /**
   * Stops: accepts no more, lets transfers finish, closes. Calling it again while it waits closes at once.
   *
   * @param graceMs Longest wait for transfers. @default 10_000
   */
  stop(graceMs?: number): Promise<void>;
}

/** A server that may be one process of several. */
export interface ServerMember extends Server {
  /** What the processes of the server do; `undefined` when this is the only one. */
  readonly fleet: FleetView | undefined;
  /** Whether somebody watches this process. */
  readonly isWatched: boolean;
  /**
   * What this process counts by itself.
   *
   * @param hasOperations Whether connections are listed.
   */
  counts(hasOperations: boolean): FleetCounts;
  /**
   * Notes what the other processes of the server do.
   *
   * @param others What they count together.
   * @param running How many there are, with this one.
   */
  noteOthers(others: FleetCounts, running: number): void;
  /** What it counts for metrics; `undefined` when nobody asked for them. */
  readonly observed: ObservedCounts | undefined;
}
