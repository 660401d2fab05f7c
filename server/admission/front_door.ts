import type { Logger } from "@logtape/logtape";
import type { SluiceError } from "#protocol/sluice_error.ts";
import type { DescriptorReserve } from "../descriptor_reserve.ts";
import { Admission } from "./admission.ts";
import type { AdmissionCounts } from "./admission_counts.ts";
import type { AdmissionSettings } from "./admission_settings.ts";
import { TlsEntrance } from "../tls_entrance.ts";
import { RefusalDesk } from "./refusal_desk.ts";
import { tooMany, tooManyFiles } from "./refusals.ts";
import type { Visit } from "./visit.ts";

/** Connections beyond the limit that are told `busy`; others are closed without a word. */
const MAX_REFUSALS = 64;
/** The same, when descriptors run out. */
const MAX_TIGHT_REFUSALS = 8;
/** Handshakes that have no place in the server and do not end; each takes about 20 kB. */
const MAX_UNFINISHED = 8192;

/** What a server has at the moment. */
export interface Load {
  /** Handshakes within their deadline are among them. */
  readonly connections: number;
  readonly maxConnections: number;
  readonly workers: number;
}

/** A connection that is let in. */
export interface Entry {
  readonly visit: Visit;
  /** Why it is refused after its hello; `undefined` when it may stay. */
  readonly refusal: SluiceError | undefined;
  /** It is given up, but cannot be closed: it counts for its address alone from now on. */
  giveUp(error: SluiceError): void;
  /** It is closed. */
  leave(): void;
}

/** What it has of the server's settings. */
export interface FrontDoorSettings {
  /** Who is let in. */
  readonly admission: AdmissionSettings;
  readonly timeouts: { readonly helloMs: number };
}

/** What stands between the port and the connections of a server: who comes in, who is told why not, who is closed. */
export class FrontDoor {
  /** Where those wait who are let in and encrypt. */
  readonly entrance: TlsEntrance;
  readonly #admission: Admission;
  readonly #reserve: DescriptorReserve;
  readonly #logger: Logger;
  readonly #desk = new RefusalDesk();
  /** Connections that are open only to be told why not. */
  #leaving = 0;
  /** Set while nobody is accepted. */
  #nextLook: PromiseWithResolvers<void> | undefined;
  /** Refused since the last line of the log. */
  #unlogged = 0;

  /**
   * @param settings Who is let in, and how long a handshake may take.
   * @param reserve Knows whether descriptors are left.
   * @param logger Of the server.
   */
  constructor(
    { admission, timeouts }: FrontDoorSettings,
    reserve: DescriptorReserve,
    logger: Logger,
  ) {
    this.entrance = new TlsEntrance(timeouts.helloMs);
    this.#reserve = reserve;
    this.#logger = logger;
    this.#admission = new Admission(admission, {
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

  /** Connections that were given up or refused, and cannot be closed yet. */
  get unfinished(): number {
    return this.entrance.late + this.#desk.unfinished;
  }

  /**
   * Waits until one more connection may be accepted. What is accepted with encryption cannot be closed before its handshake
   * has ended, so when too many do not end the next ones have to wait in the system's queue: those that are served go on.
   *
   * @param load What the server has, whenever it is asked.
   * @param isStopping Whether nobody is to wait any more.
   */
  async untilRoom(load: () => Load, isStopping: () => boolean): Promise<void> {
    for (let isTold = false; !isStopping() && !this.#hasRoom(load()); isTold = true) {
      if (!isTold) this.#logger.warn("accepts nobody: too many handshakes do not come to an end");
      this.#nextLook = Promise.withResolvers();
      await this.#nextLook.promise;
    }
  }

  #hasRoom(load: Load): boolean {
    const { unfinished } = this;
    if (unfinished >= MAX_UNFINISHED) return false;
    // Honest handshakes are quick: so many at a time are of peers that would take what workers need.
    const handshakes = unfinished + this.entrance.awaited;
    return handshakes < MAX_TIGHT_REFUSALS || !this.#isTight(load);
  }

  #isTight({ connections, workers }: Load): boolean {
    const open = connections + this.entrance.late + this.#desk.size;
    return !this.#reserve.hasRoomForConnection(open, workers);
  }

  /**
   * Decides on a connection.
   *
   * @param conn Just accepted; closed by this object when it is not let in.
   * @param load What the server has.
   * @returns `undefined` when it is not let in.
   */
  open(conn: Deno.TcpConn | Deno.TlsConn, load: Load): Entry | undefined {
    const { connections, maxConnections } = load;
    if (connections >= maxConnections + MAX_REFUSALS) return this.#shut(conn, "full");
    const isTight = this.#isTight(load);
    // Whoever is told why takes a descriptor until then.
    if (isTight && this.#leaving >= MAX_TIGHT_REFUSALS) return this.#shut(conn, "files");
    const entered = this.#admission.enter(conn.remoteAddr.hostname, maxConnections);
    if ("rejection" in entered) {
      this.#unlogged++;
      const isTold = !isTight && this.#desk.refuse(conn, entered.rejection.error);
      if (!isTold) this.counts.addUntold();
      if (isTight) this.#desk.dismiss(conn);
      return undefined;
    }
    // Those that are being refused do not count: clients that try again must not keep it full.
    const isOver = connections - this.#leaving >= maxConnections;
    if (isTight) return this.#leavingEntry(entered.visit, "files", tooManyFiles());
    if (isOver) return this.#leavingEntry(entered.visit, "full", tooMany(maxConnections));
    const { visit } = entered;
    this.counts.addAdmitted();
    return {
      visit,
      refusal: undefined,
      giveUp: (error) => visit.ended(error, false),
      leave: () => visit.leave(),
    };
  }

  /** Looks who takes too long; called about once a second, with the time by which deadlines are judged. */
  tick(nowMs: number): void {
    this.entrance.tick(nowMs);
    this.#desk.tick(nowMs);
    this.#nextLook?.resolve();
    this.#logRefused();
  }

  /** Writes a line for all that were refused lately: one for each would be a way to fill the log. */
  #logRefused(): void {
    if (this.#unlogged === 0) return;
    const fields = { count: this.#unlogged, ...this.counts.snapshot().refused };
    this.#unlogged = 0;
    const so = "address {address}, penalty {penalty}, startups {startups}";
    this.#logger.info(`refused {count} connections; since the start: ${so}`, fields);
  }

  /** Lets go of all at once who are not let in yet, or not at all. */
  async stop(): Promise<void> {
    await Promise.all([this.#desk.stop(), this.entrance.stop()]);
  }

  #shut(conn: Deno.TcpConn | Deno.TlsConn, reason: "full" | "files"): undefined {
    this.counts.addRefused(reason);
    this.counts.addUntold();
    this.#desk.dismiss(conn);
    return undefined;
  }

  #leavingEntry(visit: Visit, reason: "full" | "files", refusal: SluiceError): Entry {
    this.counts.addRefused(reason);
    this.#leaving++;
    let isLeaving = true;
    const gone = (): void => {
      if (isLeaving) this.#leaving--;
      isLeaving = false;
    };
    return {
      visit,
      refusal,
      giveUp: (error): void => {
        gone();
        visit.ended(error, false);
      },
      leave: (): void => {
        gone();
        visit.leave();
      },
    };
  }
}
