import { SluiceClient, SluiceError } from "#client/mod.ts";
import { withDeadline } from "./deadline.ts";
import { fileDigest, writeRandomFile } from "./random_file.ts";
import { type ServerProcess, startServerProcess } from "./server_process.ts";
import { checkStateFolder, untilServerRests } from "./state_folder.ts";
import { type Passages, TcpRelay } from "./tcp_relay.ts";
import { makeTempFolder, type TempFolder } from "./temp_folder.ts";
import { type Version, wholeVersion } from "./kill_cases.ts";

/** Which way a file goes. */
export type Direction = "upload" | "download";

/** One transfer over a bad line. */
export interface BadLine {
  readonly direction: Direction;
  /** Makes its name. */
  readonly number: number;
  /** What happens to the bytes of each connection, counted from 1. */
  readonly passages: (connection: number) => Passages;
  /** Silence after which the client takes a line for dead. @default 60_000 */
  readonly silenceMs?: number;
}

/** A server, a file that is moved over bad lines again and again, and what comes of it. */
export class FaultyNetwork implements AsyncDisposable {
  readonly server: ServerProcess;
  readonly #folder: TempFolder;
  readonly #digest: string;

  private constructor(folder: TempFolder, server: ServerProcess, digest: string) {
    this.#folder = folder;
    this.server = server;
    this.#digest = digest;
  }

  /** Starts a server that has the file, and writes the file for uploads. */
  static async create(sizeBytes: number): Promise<FaultyNetwork> {
    const folder = await makeTempFolder();
    try {
      await Deno.mkdir(folder.join("root"));
      await writeRandomFile(folder.join("source.bin"), sizeBytes);
      await Deno.copyFile(folder.join("source.bin"), folder.join("root", "source.bin"));
      const server = await startServerProcess({ root: folder.join("root") });
      return new FaultyNetwork(folder, server, await fileDigest(folder.join("source.bin")));
    } catch (error) {
      await folder[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The file that is uploaded. */
  get source(): string {
    return this.#folder.join("source.bin");
  }

  /** Where a transfer's file must end up. */
  target(direction: Direction, number: number): string {
    return direction === "upload"
      ? this.#folder.join("root", `${number}.bin`)
      : this.#folder.join(`${number}.bin`);
  }

  /** Moves the file once; gives why that failed, if it did. */
  async transfer(line: BadLine): Promise<SluiceError | undefined> {
    const { direction, number, silenceMs = 60_000 } = line;
    await using relay = new TcpRelay(this.server);
    relay.passages = line.passages;
    await using client = new SluiceClient({
      server: relay,
      replyTimeoutMs: silenceMs,
      retry: { firstWaitMs: 5, attempts: 20 },
    });
    try {
      const ended = direction === "upload"
        ? client.upload(this.source, `${number}.bin`)
        : client.download("source.bin", this.target(direction, number));
      await withDeadline(ended, `the end of ${direction} ${number}`);
      return undefined;
    } catch (error) {
      if (error instanceof SluiceError) return error;
      throw error;
    }
  }

  /** Looks at the file under its name, which must be whole or absent. */
  version(direction: Direction, number: number): Promise<Version> {
    return wholeVersion(this.target(direction, number), { new: this.#digest });
  }

  /** Asserts that the server's whole disk is in order: no file that is not whole, under any name. */
  async check(): Promise<void> {
    await untilServerRests(this.server);
    const root = this.#folder.join("root");
    await checkStateFolder(root, { source: this.source, isAlive: true });
    for await (const { name, isFile } of Deno.readDir(root)) {
      if (isFile) await wholeVersion(`${root}/${name}`, { new: this.#digest });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await this.#folder[Symbol.asyncDispose]();
  }
}
