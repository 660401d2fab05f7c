import { SluiceError } from "#protocol/sluice_error.ts";
import { throwIfAborted } from "./abort.ts";
import { locally } from "./local_errors.ts";
import type { RunningDigest } from "./running_digest.ts";

const HASH_BUFFER_BYTES = 1024 * 1024;

/** A local file that is being uploaded, as it was when it was opened. */
export class LocalSource implements Disposable {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  readonly #file: Deno.FsFile;
  #position = 0;

  private constructor(path: string, file: Deno.FsFile, info: Deno.FileInfo) {
    this.path = path;
    this.#file = file;
    this.sizeBytes = info.size;
    this.modifiedAtMs = info.mtime?.getTime() ?? 0;
  }

  /**
   * Opens a regular file. Anything else is refused before it is opened: a pipe would wait for ever.
   *
   * @param path Local path.
   * @returns To be disposed of after use.
   * @throws {SluiceError} `not_found`, `is_a_folder`, `not_a_file`, `permission_denied`.
   */
  static async open(path: string): Promise<LocalSource> {
    return await locally(`read "${path}"`, async () => {
      checkKind(path, await Deno.stat(path));
      const file = await Deno.open(path, { read: true });
      try {
        const info = await file.stat();
        checkKind(path, info);
        return new LocalSource(path, file, info);
      } catch (error) {
        file.close();
        throw error;
      }
    });
  }

  /**
   * Fills a buffer with the bytes at an offset. Only one read may be under way.
   *
   * @param into Filled wholly.
   * @param offsetBytes Where in the file.
   * @returns `into`.
   * @throws {SluiceError} `file_changed` when the file ends before that.
   */
  async read(into: Uint8Array, offsetBytes: number): Promise<Uint8Array> {
    return await locally(`read "${this.path}"`, async () => {
      if (this.#position !== offsetBytes) await this.#file.seek(offsetBytes, Deno.SeekMode.Start);
      this.#position = Number.NaN; // Unknown until the read has succeeded.
      let filled = 0;
      while (filled < into.byteLength) {
        const read = await this.#file.read(into.subarray(filled));
        if (read === null) throw this.#changed();
        filled += read;
      }
      this.#position = offsetBytes + filled;
      return into;
    });
  }

  /**
   * Brings a digest to an offset: it goes on from where it is, or begins anew when it is behind it.
   *
   * @param digest The digest.
   * @param offsetBytes Bytes that it shall have seen.
   * @param signal Ends it.
   */
  async hashUpTo(
    digest: RunningDigest,
    offsetBytes: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (digest.bytes > offsetBytes) digest.reset();
    const buffer = new Uint8Array(Math.min(HASH_BUFFER_BYTES, offsetBytes - digest.bytes));
    while (digest.bytes < offsetBytes) {
      throwIfAborted(signal, `read "${this.path}"`);
      const most = offsetBytes - digest.bytes;
      digest.update(await this.read(buffer.subarray(0, most), digest.bytes));
    }
  }

  /**
   * Checks that the file is the one that was opened.
   *
   * @throws {SluiceError} `file_changed` when its size or its time has changed.
   */
  async checkUnchanged(): Promise<void> {
    const info = await locally(`read "${this.path}"`, () => this.#file.stat());
    const modifiedAtMs = info.mtime?.getTime() ?? 0;
    if (info.size !== this.sizeBytes || modifiedAtMs !== this.modifiedAtMs) throw this.#changed();
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  #changed(): SluiceError {
    return new SluiceError(
      "file_changed",
      `Cannot upload "${this.path}": it changed while it was being read`,
    );
  }
}

function checkKind(path: string, info: Deno.FileInfo): void {
  if (info.isDirectory) {
    throw new SluiceError("is_a_folder", `Cannot upload "${path}": it is a folder`);
  }
  if (!info.isFile) {
    throw new SluiceError("not_a_file", `Cannot upload "${path}": it is not a regular file`);
  }
}
