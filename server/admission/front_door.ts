import type { Logger } from "@logtape/logtape";
import type { SluiceError } from "#protocol/sluice_error.ts";
import type { DescriptorReserve } from "../descriptor_reserve.ts";
import { Admission } from "./admission.ts";
import type { AdmissionCounts } from "./admission_counts.ts";
import type { AdmissionSettings } from "./admission_settings.ts";
import { RefusalDesk } from "./refusal_desk.ts";
import { tooMany, tooManyFiles } from "./refusals.ts";
import type { Visit } from "./visit.ts";

/** Connections beyond the limit that are told `busy`; others are closed without a word. */
const MAX_REFUSALS = 64;
/** The same, when descriptors run out. */
const MAX_TIGHT_REFUSALS = 8;

/** What a server has at the moment. */
export interface Load {
  readonly connections: number;
  readonly maxConnections: number;
  readonly workers: number;
}

/** A connection that is let in. */
export interface Entry {
  readonly visit: Visit;
  /** Why it is refused after its hello; `undefined` when it may stay. */
  readonly refusal: SluiceError | undefined;
  /** It is closed. */
  leave(): void;
}

/** What stands between the port and the connections of a server: who comes in, who is told why not, who is closed. */
export class FrontDoor {
  readonly #admission: Admission;
  readonly #reserve: DescriptorReserve;
  readonly #logger: Logger;
  readonly #desk = new RefusalDesk();
  /** Connections that are open only to be told why not. */
  #leaving = 0;
  /** Refused since the last line of the log. */
  #unlogged = 0;

  /**
   * @param settings Who is let in.
   * @param reserve Knows whether descriptors are left.
   * @param logger Of the server.
   */
  constructor(settings: AdmissionSettings, reserve: DescriptorReserve, logger: Logger) {
    this.#reserve = reserve;
    this.#logger = logger;
    this.#admission = new Admission(settings, {
      now: () => performance.now(),
      random: Math.random,
      onPenalty: (address, offence, restMs) => {
        const fields = { address, offence, seconds: Math.ceil(restMs / 1000) };
        logger.warn("{address} is refused for {seconds} s: {offence}", fields);
      },
    });
  }

  /** What was decided so far. */
  get counts(): AdmissionCounts {
    return this.#admission.counts;
  }

  /**
   * Decides on a connection.
   *
   * @param conn Just accepted; closed by this object when it is not let in.
   * @param load What the server has.
   * @returns `undefined` when it is not let in.
   */
  open(conn: Deno.TcpConn | Deno.TlsConn, load: Load): Entry | undefined {
    const { connections, maxConnections, workers } = load;
    if (connections >= maxConnections + MAX_REFUSALS) return this.#shut(conn, "full");
    const isTight = !this.#reserve.hasRoomForConnection(connections + this.#desk.size, workers);
    // Whoever is told why takes a descriptor until then.
    if (isTight && this.#leaving >= MAX_TIGHT_REFUSALS) return this.#shut(conn, "files");
    const entered = this.#admission.enter(conn.remoteAddr.hostname, maxConnections);
    if ("rejection" in entered) {
      this.#unlogged++;
      const isTold = !isTight && this.#desk.refuse(conn, entered.rejection.error);
      if (!isTold) this.counts.addUntold();
      if (isTight) conn.close();
      return undefined;
    }
    // Those that are being refused do not count: clients that try again must not keep it full.
    const isOver = connections - this.#leaving >= maxConnections;
    if (isTight) return this.#leavingEntry(entered.visit, "files", tooManyFiles());
    if (isOver) return this.#leavingEntry(entered.visit, "full", tooMany(maxConnections));
    const { visit } = entered;
    this.counts.addAdmitted();
    return { visit, refusal: undefined, leave: () => visit.leave() };
  }

  /** Writes a line for all that were refused lately: one for each would be a way to fill the log. */
  tick(): void {
    if (this.#unlogged === 0) return;
    const fields = { count: this.#unlogged, ...this.counts.snapshot().refused };
    this.#unlogged = 0;
    const so = "address {address}, penalty {penalty}, startups {startups}";
    this.#logger.info(`refused {count} connections; since the start: ${so}`, fields);
  }

  /** Tells nobody any more. */
  async stop(): Promise<void> {
    await this.#desk.stop();
  }

  #shut(conn: Deno.TcpConn | Deno.TlsConn, reason: "full" | "files"): undefined {
    this.counts.addRefused(reason);
    this.counts.addUntold();
    conn.close();
    return undefined;
  }

  #leavingEntry(visit: Visit, reason: "full" | "files", refusal: SluiceError): Entry {
    this.counts.addRefused(reason);
    this.#leaving++;
    return {
      visit,
      refusal,
      leave: (): void => {
        this.#leaving--;
        visit.leave();
      },
    };
  }
}
