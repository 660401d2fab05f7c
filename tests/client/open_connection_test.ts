import assert from "node:assert/strict";
import { openConnection } from "#client/open_connection.ts";
import { encodePreface } from "#protocol/preface.ts";

const OPTIONS = { connectTimeoutMs: 10_000, replyTimeoutMs: 10_000 };

Deno.test("openConnection() closes its socket once when it is aborted by the last read", async () => {
  const abort = new AbortController();
  let closes = 0;
  const socket = {
    setNoDelay: (): void => {},
    write: (bytes: Uint8Array): Promise<number> => Promise.resolve(bytes.byteLength),
    read: (into: Uint8Array): Promise<number> => {
      into.set(encodePreface());
      abort.abort();
      return Promise.resolve(encodePreface().byteLength);
    },
    close: (): void => {
      if (closes++ > 0) throw new Deno.errors.BadResource("Bad resource ID");
    },
  };
  const connect = Deno.connect;
  Deno.connect = (() => Promise.resolve(socket)) as unknown as typeof Deno.connect;
  try {
    const server = { hostname: "127.0.0.1", port: 9999 };
    const opening = openConnection(server, { ...OPTIONS, signal: abort.signal });
    await assert.rejects(opening, { code: "cancelled" });
  } finally {
    Deno.connect = connect;
  }
  // An error behind it would show as an unhandled rejection.
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(closes, 1);
});
