import { SluiceClient } from "#client/mod.ts";
import { concatBytes, randomBytes } from "#tests/support/random_bytes.ts";
import { type RelayTarget, TcpRelay, type Way } from "#tests/support/tcp_relay.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

/** What went over one connection between the real client and the real server. */
export interface RecordedSession {
  readonly up: Uint8Array;
  readonly down: Uint8Array;
}

/** Enough for several frames, little enough to send thousands of times. */
const FILE_BYTES = 9_000;

/**
 * Lets the real client do a bit of everything and records each connection.
 *
 * @param server The server; it has a few entries more afterwards.
 */
export async function recordSessions(server: RelayTarget): Promise<readonly RecordedSession[]> {
  await using folder = await makeTempFolder();
  const local = folder.join("local.bin");
  await Deno.writeFile(local, randomBytes(FILE_BYTES));
  const sessions: RecordedSession[] = [];
  const record = async (run: (client: SluiceClient) => Promise<unknown>): Promise<void> => {
    const parts: { up: Uint8Array[]; down: Uint8Array[] } = { up: [], down: [] };
    {
      await using relay = new TcpRelay(server);
      const keep = (into: Uint8Array[]) => async (bytes: Uint8Array, way: Way): Promise<void> => {
        into.push(bytes.slice());
        await way.send(bytes);
      };
      relay.passages = () => ({ up: keep(parts.up), down: keep(parts.down) });
      await using client = new SluiceClient({ server: relay, connections: 1 });
      await run(client);
    }
    sessions.push({ up: concatBytes(parts.up), down: concatBytes(parts.down) });
  };
  await record((client) => client.upload(local, "recorded.bin", { onConflict: "overwrite" }));
  await record((client) => client.download("recorded.bin", folder.join("copy.bin")));
  await record(async (client) => {
    await client.mkdir("recorded/sub", { parents: true });
    await client.rename("recorded.bin", "recorded/sub/moved.bin");
    await Array.fromAsync(client.list("recorded"));
    await client.stat("recorded/sub/moved.bin");
  });
  await record(async (client) => {
    await Array.fromAsync(client.find("", { pattern: "*.bin" }));
    await client.checksum("recorded/sub/moved.bin");
    await Array.fromAsync(client.history({ limit: 5 }));
    await client.status();
  });
  await record(async (client) => {
    const { trashId } = await client.delete("recorded");
    await Array.fromAsync(client.trash());
    if (trashId !== undefined) await client.restore(trashId);
    await client.delete("recorded", { permanent: true });
    await client.ping();
  });
  return sessions;
}
