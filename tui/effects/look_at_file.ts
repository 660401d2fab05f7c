import { localDigest } from "#client/trees/local_digest.ts";
import { locally } from "#client/local_errors.ts";
import type { Preview } from "#client/preview.ts";
import type { StatResult } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { MessageBody } from "../model/message.ts";
import type { Side } from "../model/pane.ts";
import { type EffectContext, reasonOf } from "./effect_context.ts";
import { PostSoon } from "./post_soon.ts";

/** Bytes of a preview. */
const PREVIEW_BYTES = 64 * 1024;
/** The checksum that people compare with others' lists. */
const ALGORITHM = "sha256";
const PROGRESS_EVERY_MS = 150;

/** Looks into single files of both sides. */
export class FileLooker {
  readonly #context: EffectContext;
  #stop = new AbortController();

  /** @param context What effects share. */
  constructor(context: EffectContext) {
    this.#context = context;
  }

  /** Ends all that is being looked at, without an answer. */
  stop(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
  }

  /** Fetches the beginning of a file. Answers `previewLoaded`. */
  async preview(side: Side, path: string): Promise<void> {
    await this.#look(path, async (signal) => {
      const preview = side === "local"
        ? await localPreview(path)
        : await this.#context.client.preview(path, PREVIEW_BYTES, { signal });
      return { kind: "previewLoaded", path, preview };
    });
  }

  /** Describes an entry. Answers `detailsLoaded`. */
  async details(side: Side, path: string): Promise<void> {
    await this.#look(path, async (signal) => {
      const stat = side === "local"
        ? await localStat(path)
        : await this.#context.client.stat(path, { signal });
      return { kind: "detailsLoaded", path, stat };
    });
  }

  /** Computes the SHA-256 of a file where it is. Answers `digestProgressed`, then `digestLoaded`. */
  async digest(side: Side, path: string): Promise<void> {
    let share = 0;
    const soon = new PostSoon(
      () => this.#context.post({ kind: "digestProgressed", path, share }),
      PROGRESS_EVERY_MS,
    );
    await this.#look(path, async (signal) => {
      const onProgress = (doneBytes: number, totalBytes: number): void => {
        share = totalBytes === 0 ? 1 : Math.min(1, doneBytes / totalBytes);
        if (!signal.aborted) soon.note();
      };
      try {
        const digest = side === "local"
          ? await digestHere(path, signal, onProgress)
          : await this.#digestThere(path, signal, onProgress);
        return { kind: "digestLoaded", path, digest };
      } finally {
        if (!signal.aborted) soon.now();
        else soon.drop();
      }
    });
  }

  async #digestThere(
    path: string,
    signal: AbortSignal,
    onProgress: (doneBytes: number, totalBytes: number) => void,
  ): Promise<string> {
    const options = { algorithm: ALGORITHM, signal, onProgress } as const;
    return (await this.#context.client.checksum(path, options)).digest;
  }

  async #look(path: string, work: (signal: AbortSignal) => Promise<MessageBody>): Promise<void> {
    const { signal } = this.#stop;
    const { post } = this.#context;
    try {
      const answer = await work(signal);
      if (!signal.aborted) post(answer);
    } catch (error) {
      if (!signal.aborted) post({ kind: "lookFailed", path, reason: reasonOf(error) });
    }
  }
}

async function localPreview(path: string): Promise<Preview> {
  return await locally(`preview "${path}"`, async () => {
    const { size } = await statFile(path);
    using file = await Deno.open(path);
    const bytes = new Uint8Array(Math.min(PREVIEW_BYTES, size));
    let filled = 0;
    while (filled < bytes.byteLength) {
      const read = await file.read(bytes.subarray(filled));
      if (read === null) break;
      filled += read;
    }
    return { bytes: bytes.subarray(0, filled), sizeBytes: size };
  });
}

async function localStat(path: string): Promise<StatResult> {
  return await locally(`look at "${path}"`, async () => {
    const info = await Deno.lstat(path);
    const kind = info.isSymlink
      ? "symlink"
      : info.isDirectory
      ? "folder"
      : info.isFile
      ? "file"
      : "other";
    const modifiedAtMs = info.mtime?.getTime() ?? 0;
    const sizeBytes = info.isFile ? info.size : 0;
    return { path, kind, sizeBytes, modifiedAtMs, version: "", digests: [] };
  });
}

async function digestHere(
  path: string,
  signal: AbortSignal,
  onProgress: (doneBytes: number, totalBytes: number) => void,
): Promise<string> {
  const { size } = await locally(`read "${path}"`, () => statFile(path));
  return await localDigest(path, ALGORITHM, signal, (done) => onProgress(done, size));
}

/** A pipe or device would be waited for without end. */
async function statFile(path: string): Promise<Deno.FileInfo> {
  const info = await Deno.stat(path);
  if (info.isFile) return info;
  const [code, what] = info.isDirectory
    ? ["is_a_folder", "it is a folder"] as const
    : ["not_a_file", "it is not a regular file"] as const;
  throw new SluiceError(code, `Cannot read "${path}": ${what}`);
}
