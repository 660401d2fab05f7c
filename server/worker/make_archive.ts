import { makeZip } from "client-zip";
import { createTarPacker } from "modern-tar";
import type { ArchiveEntry } from "./archive_source.ts";

/** What a zip's time stamps can say: 1980 to 2107, by the server's own clock (APPNOTE 4.4.6). */
const ZIP_TIMES = [new Date(1980, 0, 1).getTime(), new Date(2107, 11, 31).getTime()] as const;
/** What a tar header can say in its 11 octal digits of seconds (POSIX ustar). */
const MAX_TAR_SECONDS = 8 ** 11 - 1;

/**
 * Makes an archive while it is being read.
 *
 * @param entries What goes in; each is used up before the next one is asked for.
 * @param format `zip` is stored, not compressed, with zip64 where needed; `tar` is POSIX pax.
 * @returns The archive's bytes, which fail as `entries` does.
 */
export function makeArchive(
  entries: AsyncIterable<ArchiveEntry>,
  format: "zip" | "tar",
): ReadableStream<Uint8Array> {
  return format === "zip" ? makeZip(zipEntries(entries)) : makeTar(entries);
}

interface ZipEntry {
  readonly name: string;
  readonly lastModified: Date;
  readonly mode: number;
  readonly input: AsyncIterable<Uint8Array<ArrayBuffer>>;
}

async function* zipEntries(
  entries: AsyncIterable<ArchiveEntry>,
): AsyncGenerator<ZipEntry | Omit<ZipEntry, "input">> {
  for await (const { name, modifiedAt, file } of entries) {
    const lastModified = new Date(clamp(modifiedAt.getTime(), ...ZIP_TIMES));
    if (file === undefined) yield { name, lastModified, mode: 0o755 };
    else yield { name, lastModified, mode: 0o644, input: file.slices() };
  }
}

function makeTar(entries: AsyncIterable<ArchiveEntry>): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  // A failure reaches whoever reads; one that comes of their own end reaches nobody.
  packTar(controller, entries).catch((error: unknown) => controller.error(error));
  return readable;
}

async function packTar(
  controller: ReturnType<typeof createTarPacker>["controller"],
  entries: AsyncIterable<ArchiveEntry>,
): Promise<void> {
  for await (const entry of entries) {
    const body = controller.add(tarHeader(entry)).getWriter();
    for await (const slice of entry.file?.slices() ?? []) await body.write(slice);
    await body.close();
  }
  controller.finalize();
}

function tarHeader({ name, modifiedAt, file }: ArchiveEntry): Parameters<
  ReturnType<typeof createTarPacker>["controller"]["add"]
>[0] {
  const seconds = modifiedAt.getTime() / 1000;
  const mtime = new Date(clamp(Math.floor(seconds), 0, MAX_TAR_SECONDS) * 1000);
  // The header holds whole seconds from 1970 on; the extended one holds all of it.
  const pax = { mtime: String(seconds), ...(isPlain(name) ? {} : { path: pathOf(name, file) }) };
  const size = file?.sizeBytes ?? 0;
  return { name: pathOf(name, file), size, mtime, pax, type: file ? "file" : "directory" };
}

function pathOf(name: string, file: ArchiveEntry["file"]): string {
  return file === undefined ? `${name}/` : name;
}

/** Whether every tar reads this name as it stands in the header. */
function isPlain(name: string): boolean {
  return name.length < 100 && /^[\x20-\x7e]*$/.test(name);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
