import { basename, dirname, join } from "node:path";
import { FILE_WRITE_BYTES } from "#protocol/file_write_bytes.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { throwIfAborted } from "./abort.ts";
import { locally } from "./local_errors.ts";
import { partName } from "./local_name.ts";
import { type PartSidecar, readSidecar, writeSidecar } from "./part_sidecar.ts";
import { removeIfThere } from "./remove_if_there.ts";
import type { RunningDigest } from "./running_digest.ts";

const HASH_BUFFER_BYTES = 1024 * 1024;
/** Bytes after which writing to the disk is begun, so that the final fsync has little left to do. */
const WRITE_BACK_BYTES = 64 * 1024 * 1024;
/** A disk that takes longer is written to from another thread: a person may be looking at a screen meanwhile. */
const LONGEST_WRITE_MS = 30;
/** Times that a part which another process is just publishing is looked at again. */
const MOST_OPEN_TRIES = 5;

/**
 * The file that a download is written to until it is whole: `<name>.part`, held by an exclusive lock,
 * with a note `<name>.part.json` that says what it is a part of.
 *
 * It is never truncated: to start over, its name is removed and a new file made. So a file that was
 * published just before a crash, and still has this name too, cannot be harmed.
 */
export class PartFile implements AsyncDisposable {
  readonly path: string;
  readonly #targetPath: string;
  readonly #sidecarPath: string;
  #file: Deno.FsFile;
  #sizeBytes: number;
  #sidecar: PartSidecar | undefined;
  /** Writes take a while: they are left to the runtime's threads, for a little more work each. */
  #isWaitedFor = false;
  #writtenBackBytes = 0;
  #writeBack: Promise<void> | undefined;
  #writeBackError: unknown;

  private constructor(targetPath: string, path: string, opened: Opened) {
    this.#targetPath = targetPath;
    this.path = path;
    this.#sidecarPath = `${path}.json`;
    this.#file = opened.file;
    this.#sizeBytes = opened.sizeBytes;
    this.#sidecar = opened.sidecar;
  }

  /**
   * Opens and locks the part of a target; makes it when there is none.
   *
   * @param targetPath Where the whole will be.
   * @returns To be disposed of after use.
   * @throws {SluiceError} `busy` when another transfer writes it; `already_exists` when a file with
   * its name or the name of its note is none of ours.
   */
  static async open(targetPath: string): Promise<PartFile> {
    const path = join(dirname(targetPath), partName(basename(targetPath)));
    for (let tries = 0; tries < MOST_OPEN_TRIES; tries++) {
      const opened = await locally(`write "${path}"`, () => openPart(targetPath, path));
      if (opened !== undefined) return new PartFile(targetPath, path, opened);
    }
    throw busy(targetPath, path);
  }

  /** Bytes in the file. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** What the bytes are a part of; undefined when there are none. */
  get sidecar(): PartSidecar | undefined {
    return this.#sidecar;
  }

  /** Notes what the next bytes are a part of. Must be called before the first write. */
  async describe(sidecar: PartSidecar): Promise<void> {
    if (this.#sidecar?.version === sidecar.version && this.#sizeBytes > 0) return;
    await writeSidecar(this.#sidecarPath, sidecar);
    this.#sidecar = sidecar;
  }

  /** Begins with an empty file. */
  async startOver(): Promise<void> {
    if (this.#sizeBytes === 0) return;
    await this.#writeBack;
    await locally(`write "${this.path}"`, async () => {
      await Deno.remove(this.path);
      this.#file.close();
      this.#file = await Deno.open(this.path, { read: true, write: true, createNew: true });
    });
    if (!(await this.#file.tryLock(true))) throw busy(this.#targetPath, this.path);
    this.#sizeBytes = 0;
    this.#writtenBackBytes = 0;
    this.#sidecar = undefined;
  }

  /**
   * Hashes what is there.
   *
   * @param digest Has seen nothing yet.
   * @param signal Ends it.
   */
  async hashInto(digest: RunningDigest, signal: AbortSignal | undefined): Promise<void> {
    const buffer = new Uint8Array(Math.min(HASH_BUFFER_BYTES, this.#sizeBytes));
    await locally(`read "${this.path}"`, async () => {
      await this.#file.seek(0, Deno.SeekMode.Start);
      while (digest.bytes < this.#sizeBytes) {
        throwIfAborted(signal, `read "${this.path}"`);
        const read = await this.#file.read(buffer);
        if (read === null) break;
        digest.update(buffer.subarray(0, read));
      }
      this.#sizeBytes = digest.bytes;
    });
  }

  /** Adds bytes at the end. Only one write may be under way. */
  async write(bytes: Uint8Array): Promise<void> {
    await locally(`write "${this.path}"`, async () => {
      for (let at = 0; at < bytes.byteLength;) {
        at += this.#isWaitedFor
          ? await this.#file.write(bytes.subarray(at))
          : this.#writeNow(bytes.subarray(at, at + FILE_WRITE_BYTES));
      }
    });
    this.#sizeBytes += bytes.byteLength;
    this.#startWriteBack();
  }

  /** Sets the time of the last change and makes all bytes durable. */
  async finish(modifiedAtMs: number): Promise<void> {
    try {
      await this.#file.utime(new Date(), new Date(modifiedAtMs));
    } catch {
      // A time that the file system cannot hold is no reason to lose the bytes.
    }
    await locally(`write "${this.path}"`, async () => {
      await this.#writeBack;
      // The system reports a failed write once only: the final sync may know nothing of it.
      if (this.#writeBackError !== undefined) throw this.#writeBackError;
      await this.#file.sync();
    });
  }

  /** Removes the note, once the part has got its name. */
  async removeSidecar(): Promise<void> {
    await removeIfThere(this.#sidecarPath);
  }

  /** Removes the part and its note. */
  async discard(): Promise<void> {
    await removeIfThere(this.path);
    await this.removeSidecar();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writeBack;
    this.#file.close();
  }

  #writeNow(bytes: Uint8Array): number {
    const startedAtMs = performance.now();
    const written = this.#file.writeSync(bytes);
    this.#isWaitedFor = performance.now() - startedAtMs > LONGEST_WRITE_MS;
    return written;
  }

  #startWriteBack(): void {
    const isEnough = this.#sizeBytes - this.#writtenBackBytes >= WRITE_BACK_BYTES;
    if (!isEnough || this.#writeBack !== undefined) return;
    this.#writtenBackBytes = this.#sizeBytes;
    this.#writeBack = this.#file.syncData()
      .catch((error) => this.#writeBackError ??= error)
      .finally(() => this.#writeBack = undefined);
  }
}

interface Opened {
  readonly file: Deno.FsFile;
  readonly sizeBytes: number;
  readonly sidecar: PartSidecar | undefined;
}

/** Gives `undefined` when the file has lost its name: it was published, by now or before a crash. */
async function openPart(targetPath: string, path: string): Promise<Opened | undefined> {
  await checkIsOurs(targetPath, path);
  const file = await Deno.open(path, { read: true, write: true, create: true });
  try {
    if (!(await file.tryLock(true))) throw busy(targetPath, path);
    const info = await file.stat();
    const sidecar = await checkIsOurs(targetPath, path);
    const hasName = await isSameFile(info, path);
    const isPublished = (info.nlink ?? 1) > 1;
    if (hasName && isPublished) await dropPublished(path);
    if (!hasName || isPublished) {
      file.close();
      return undefined;
    }
    return { file, sizeBytes: info.size, sidecar: info.size > 0 ? sidecar : undefined };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** An empty file is nobody's loss; any other is ours only when a note of ours lies beside it. */
async function checkIsOurs(targetPath: string, path: string): Promise<PartSidecar | undefined> {
  const sidecar = await readSidecar(`${path}.json`);
  if (sidecar === "foreign") throw inTheWay(targetPath, `${path}.json`);
  const info = await lstatIfThere(path);
  if (info === undefined) return undefined;
  if (!info.isFile || (info.size > 0 && sidecar === "missing")) throw inTheWay(targetPath, path);
  return sidecar === "missing" ? undefined : sidecar;
}

/**
 * A part with a second name was published by a process that died before it could take this name away.
 * It is nobody's part any more: whoever wrote to it, or gave it a third name, would harm that file.
 */
async function dropPublished(path: string): Promise<void> {
  await removeIfThere(path);
  await removeIfThere(`${path}.json`);
}

async function isSameFile(info: Deno.FileInfo, path: string): Promise<boolean> {
  const named = await lstatIfThere(path);
  return named !== undefined && named.ino === info.ino && named.dev === info.dev;
}

async function lstatIfThere(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function busy(targetPath: string, path: string): SluiceError {
  return new SluiceError(
    "busy",
    `Cannot download "${basename(targetPath)}": another transfer is writing "${basename(path)}"`,
  );
}

function inTheWay(targetPath: string, path: string): SluiceError {
  return new SluiceError(
    "already_exists",
    `Cannot download "${basename(targetPath)}": "${
      basename(path)
    }" exists and is not an unfinished ` +
      "download",
  );
}
