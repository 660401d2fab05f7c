import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SluiceClient } from "#client/mod.ts";
import type { ServerAddress } from "#client/types.ts";
import { withDeadline } from "./deadline.ts";
import { makeTempFolder } from "./temp_folder.ts";

const KNOWN_NAME =
  /^(uploads|trash|staged|lock|tokens|server\.lock|processes\.lock|servers|state\.db(-wal|-shm|-journal)?)$/;
const PIECE_BYTES = 1024 * 1024;

/**
 * Waits until a server has nothing to do any more for clients that are gone.
 *
 * @param server Where it listens.
 * @param token For a server that asks for one.
 */
export async function untilServerRests(
  { hostname, port, tls }: ServerAddress,
  token?: string,
): Promise<void> {
  const server = { hostname, port, ...(tls === undefined ? {} : { tls }) };
  await using client = new SluiceClient({ server, ...(token === undefined ? {} : { token }) });
  const rest = async (): Promise<void> => {
    for (;;) {
      const { connections, workers } = await client.status();
      if (connections === 1 && workers.leased === 0) return;
    }
  };
  await withDeadline(rest(), "the server to notice that its clients are gone");
}

/** What is known about a server whose state folder is looked at. */
export interface StateFolderOptions {
  /** The file that is being uploaded; unfinished uploads must be its first bytes. */
  readonly source?: string | undefined;
  /** Whether the server runs, and rests. @default false */
  readonly isAlive?: boolean;
}

/**
 * Asserts that the state folder of a server holds nothing but what belongs there, whole.
 *
 * @param root The served folder.
 * @param options What is known about the server.
 * @returns How far the unfinished upload is that has come furthest.
 */
export async function checkStateFolder(
  root: string,
  options: StateFolderOptions = {},
): Promise<number> {
  const { source } = options;
  const state = join(root, ".sluice");
  for await (const { name } of Deno.readDir(state)) {
    assert.ok(KNOWN_NAME.test(name), `${name} does not belong into the state folder`);
  }
  await checkDatabase(state, options.isAlive ?? false);
  let furthestBytes = 0;
  for await (const { name } of Deno.readDir(join(state, "uploads"))) {
    const path = join(state, "uploads", name);
    const { size } = await Deno.stat(path);
    assert.ok(source !== undefined || size === 0, `${name} is left over`);
    if (source !== undefined) await assertIsBeginOf(path, source);
    furthestBytes = Math.max(furthestBytes, size);
  }
  return furthestBytes;
}

/**
 * Asserts that a file holds the first bytes of another one.
 *
 * @param part The shorter file.
 * @param whole The longer one.
 * @returns Size of the shorter one.
 */
export async function assertIsBeginOf(part: string, whole: string): Promise<number> {
  using partFile = await Deno.open(part);
  using wholeFile = await Deno.open(whole);
  const [some, same] = [new Uint8Array(PIECE_BYTES), new Uint8Array(PIECE_BYTES)];
  for (let at = 0;;) {
    const read = await partFile.read(some);
    if (read === null) return at;
    await readFully(wholeFile, same.subarray(0, read));
    const isSame = Buffer.compare(some.subarray(0, read), same.subarray(0, read)) === 0;
    assert.ok(isSame, `${part} differs from ${whole} behind byte ${at}`);
    at += read;
  }
}

async function readFully(file: Deno.FsFile, into: Uint8Array): Promise<void> {
  for (let filled = 0; filled < into.byteLength;) {
    const read = await file.read(into.subarray(filled));
    assert.ok(read !== null, "it ends early");
    filled += read;
  }
}

/** Of a dead server's database a copy is opened: opening would repair what the next one must cope with. */
async function checkDatabase(state: string, isAlive: boolean): Promise<void> {
  if (isAlive) return checkIntegrity(join(state, "state.db"));
  await using copy = await makeTempFolder();
  for await (const { name } of Deno.readDir(state)) {
    if (name.startsWith("state.db")) await Deno.copyFile(join(state, name), copy.join(name));
  }
  checkIntegrity(copy.join("state.db"));
}

function checkIntegrity(path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA busy_timeout = 5000");
    const [row] = database.prepare("PRAGMA integrity_check").all();
    assert.equal(row?.integrity_check, "ok");
  } finally {
    database.close();
  }
}
