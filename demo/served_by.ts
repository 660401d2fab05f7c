import { configure, type LogRecord } from "@logtape/logtape";

/** Who served a file. */
export interface ServedBy {
  readonly connection: number;
  readonly worker: number;
}

/** Reads the server's own log to tell which worker served which file. */
export class ServedByLog {
  readonly #served = new Map<string, ServedBy>();

  /** Takes the log of this process. */
  async listen(): Promise<void> {
    await configure({
      sinks: { demo: (record: LogRecord): void => this.#read(record) },
      loggers: [
        { category: ["logtape", "meta"], sinks: [], lowestLevel: "error" },
        { category: "sluice", sinks: ["demo"], lowestLevel: "info" },
      ],
    });
  }

  /** Who served a remote path; `undefined` when nobody did. */
  of(path: string): ServedBy | undefined {
    return this.#served.get(path);
  }

  #read({ properties }: LogRecord): void {
    const { kind, path, connection, worker } = properties;
    if (kind !== "finished" || typeof path !== "string") return;
    this.#served.set(path, { connection: Number(connection), worker: Number(worker) });
  }
}
