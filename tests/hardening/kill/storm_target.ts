import { crc32 } from "node:zlib";
import { SluiceClient, SluiceError } from "#client/mod.ts";
import { escapeText } from "#protocol/escape_text.ts";
import type { RelayTarget } from "#tests/support/tcp_relay.ts";

/** Whom a lane asks. Each call throws {@linkcode LostAnswer} when nobody knows whether it happened. */
export interface StormTarget extends AsyncDisposable {
  /** Uploads a local file; gives the byte from which it went on. */
  upload(local: string, path: string, onConflict: "error" | "overwrite"): Promise<number>;
  rename(from: string, to: string): Promise<void>;
  /** Gives the id in the trash. */
  remove(path: string): Promise<string>;
  restore(id: string): Promise<void>;
}

/** Below it a file goes up in one request, which cannot be gone on with. */
const LEAST_TUS_BYTES = 10_000;

interface Answer {
  readonly text: string;
  readonly headers: Headers;
}

/** Whoever was asked died before the answer. */
export class LostAnswer extends Error {}

const LOST: ReadonlySet<string> = new Set([
  "unreachable",
  "timeout",
  "stopping",
  "internal",
  "busy",
]);

/** The client library, without any try of its own to come again. */
export function serverTarget(server: RelayTarget): StormTarget {
  const { hostname, port } = server;
  const client = new SluiceClient({ server: { hostname, port }, retry: { attempts: 1 } });
  const ask = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      if (error instanceof SluiceError && LOST.has(error.code)) throw new LostAnswer(error.message);
      throw error;
    }
  };
  return {
    upload: async (local, path, onConflict) =>
      (await ask(client.upload(local, path, { onConflict }))).resumedFromBytes,
    rename: (from, to) => ask(client.rename(from, to)),
    remove: async (path) => (await ask(client.delete(path))).trashId ?? "",
    restore: async (id) => void await ask(client.restore(id)),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** Uploads that a gateway has begun: their tus addresses by where they go and what they are. */
export type TusAddresses = Map<string, string>;

/**
 * The gateway's HTTP interface: small files by PUT, larger ones by tus.
 *
 * @param url Where it is.
 * @param addresses What earlier gateways have begun; changed here.
 */
export function gatewayTarget(url: string, addresses: TusAddresses): StormTarget {
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    let response: Response;
    let text: string;
    try {
      response = await fetch(url + path, init);
      text = await response.text();
    } catch (error) {
      throw new LostAnswer(String(error));
    }
    if (response.status >= 500) throw new LostAnswer(text);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${escapeText(text)}`);
    return { text, headers: response.headers };
  };
  const ask = async (path: string, init: RequestInit): Promise<Record<string, unknown>> => {
    const { text } = await send(path, init);
    return text === "" ? {} : JSON.parse(text);
  };
  const tus = async (
    method: string,
    path: string,
    more: Record<string, string>,
    body?: BodyInit,
  ): Promise<Headers> =>
    (await send(path, {
      method,
      headers: { "Tus-Resumable": "1.0.0", ...more },
      ...(body === undefined ? {} : { body }),
    })).headers;
  const begin = async (path: string, sizeBytes: number, onConflict: string): Promise<string> => {
    const metadata = `path ${btoa(path)},onConflict ${btoa(onConflict)}`;
    const headers = { "Upload-Length": `${sizeBytes}`, "Upload-Metadata": metadata };
    const location = (await tus("POST", "/api/tus/", headers)).get("location") ?? "";
    return new URL(location, url).pathname;
  };
  const post = (path: string, body: unknown): Promise<Record<string, unknown>> =>
    ask(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  return {
    upload: async (local, path, onConflict) => {
      const body = await Deno.readFile(local);
      if (body.byteLength < LEAST_TUS_BYTES) {
        await ask(`/api/files/${path}?onConflict=${onConflict}`, { method: "PUT", body });
        return 0;
      }
      const key = `${path} ${crc32(body)}`;
      const address = addresses.get(key) ?? await begin(path, body.byteLength, onConflict);
      addresses.set(key, address);
      const offset = (await tus("HEAD", address, {})).get("upload-offset") ?? "0";
      const headers = {
        "Upload-Offset": offset,
        "Content-Type": "application/offset+octet-stream",
      };
      await tus("PATCH", address, headers, body.subarray(Number(offset)));
      addresses.delete(key);
      return Number(offset);
    },
    rename: async (from, to) => void await post("/api/rename", { from, to }),
    remove: async (path) => String((await ask(`/api/files/${path}`, { method: "DELETE" })).trashId),
    restore: async (id) => void await post("/api/trash/restore", { id }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
