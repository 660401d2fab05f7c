import type { SeededRandom } from "#tests/support/seeded_random.ts";
import type { EventClock } from "./event_clock.ts";
import type { ProcessModel } from "./process_model.ts";
import { LIST, type RequestKind } from "./request_kind.ts";
import type { Arrivals, Clients, Deployment, Scenario } from "./scenario.ts";
import type { SerialThread } from "./serial_thread.ts";
import type { Tally } from "./tally.ts";

/** What clients draw from. */
export interface Chance {
  readonly random: SeededRandom;
  readonly exponential: (mean: number) => number;
  readonly client: SerialThread | undefined;
}

/** The clients of a simulation: opens connections and asks on them. */
export class ClientLoad {
  readonly #clock: EventClock;
  readonly #tally: Tally;
  readonly #processes: readonly ProcessModel[];
  readonly #clients: Clients;
  readonly #deployment: Deployment;
  readonly #clientConnectionS: number;
  readonly #chance: Chance;
  #opened = 0;

  constructor(
    clock: EventClock,
    tally: Tally,
    processes: readonly ProcessModel[],
    { clients, deployment, costs }: Scenario,
    chance: Chance,
  ) {
    this.#clock = clock;
    this.#tally = tally;
    this.#processes = processes;
    this.#clients = clients;
    this.#deployment = deployment;
    this.#clientConnectionS = costs.client.connectionS;
    this.#chance = chance;
  }

  /** Plans the first connections. */
  begin(): void {
    const { arrivals, count, before } = this.#clients;
    for (let index = 0; index < (before?.count ?? 0); index++) this.#askBefore(before?.kind);
    if (arrivals.how === "poisson") return this.#openAfter(arrivals.perSecond);
    for (let index = 0; index < count; index++) {
      this.#clock.after(this.#momentOf(index, arrivals), () => this.#connect());
    }
  }

  #askBefore(kind = LIST): void {
    const process = this.#pick();
    const connection = process?.open();
    if (process === undefined || connection === undefined) return;
    process.ask(connection, kind, () => {}, () => process.close(connection));
  }

  #momentOf(index: number, arrivals: Exclude<Arrivals, { how: "poisson" }>): number {
    switch (arrivals.how) {
      case "at once":
        return arrivals.afterS;
      case "evenly":
        return arrivals.afterS + (index / this.#clients.count) * arrivals.seconds;
      case "within":
        return this.#chance.random.next() * arrivals.seconds;
    }
  }

  #openAfter(perSecond: number): void {
    if (this.#opened++ >= this.#clients.count) return;
    this.#clock.after(this.#chance.exponential(1 / perSecond), () => {
      this.#connect();
      this.#openAfter(perSecond);
    });
  }

  #connect(): void {
    this.#tally.arrive();
    const sentS = this.#clock.nowS;
    this.#onClient(() => this.#open(sentS));
  }

  /** One of the two steps of a connection: it connects, and sends once it is connected. */
  #onClient(step: () => void): void {
    const { client } = this.#chance;
    if (client === undefined) step();
    else client.run(this.#clientConnectionS / 2, step);
  }

  #open(sentS: number): void {
    const process = this.#pick();
    const connection = process?.open();
    if (process === undefined || connection === undefined) return this.#tally.refuse();
    const ask = (left: number, sinceS: number): void => {
      const kind = this.#draw();
      const noteWait = (seconds: number): void => this.#tally.noteWait(seconds);
      process.ask(connection, kind, noteWait, () => {
        this.#tally.serve(this.#clock.nowS - sinceS, kind.bytes);
        if (left > 1) {
          return this.#clock.after(this.#chance.exponential(this.#clients.thinkS), () => {
            this.#tally.arrive();
            ask(left - 1, this.#clock.nowS);
          });
        }
        if (!this.#clients.staysOpen) process.close(connection);
      });
    };
    // One program connects all that come at once before it sends anything.
    this.#onClient(() => ask(this.#clients.requests, sentS));
  }

  #pick(): ProcessModel | undefined {
    const all = this.#processes;
    if (all.length === 1) return all[0];
    if (this.#deployment.spread === "hash") {
      return all[this.#chance.random.between(0, all.length)];
    }
    return all.reduce((least, each) => each.connections < least.connections ? each : least);
  }

  #draw(): RequestKind {
    const { mix } = this.#clients;
    const total = mix.reduce((sum, { weight }) => sum + weight, 0);
    let at = this.#chance.random.next() * total;
    for (const { kind, weight } of mix) {
      at -= weight;
      if (at < 0) return kind;
    }
    const [last] = mix.slice(-1);
    if (last === undefined) throw new RangeError("Cannot draw a request: the mix is empty");
    return last.kind;
  }
}
