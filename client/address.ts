import { DEFAULT_PORT } from "#protocol/limits.ts";
import type { ServerAddress } from "./types.ts";

/** Where a client connects when it is told nothing else. */
export const DEFAULT_SERVER: ServerAddress = { hostname: "127.0.0.1", port: DEFAULT_PORT };

const MAX_PORT = 65_535;

/**
 * Parses the address of a server: `host`, `host:port`, `[::1]` or `[::1]:port`. A bare IPv6 address
 * is taken as a host, since its last group cannot be told from a port. `tls://` in front encrypts.
 *
 * @param text What a person typed.
 * @returns Host name and port; the port is 9999 when none is given.
 * @throws {RangeError} When the text is not an address.
 */
export function parseServerAddress(text: string): ServerAddress {
  const [, scheme, trimmed = ""] = /^(tls:\/\/)?(.*)$/s.exec(text.trim()) ?? [];
  const match = /^\[([0-9a-f:.%]+)\](?::(\d+))?$/i.exec(trimmed) ??
    /^([^\s:/[\]@]+)(?::(\d+))?$/.exec(trimmed) ??
    /^([0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.%]*)$/i.exec(trimmed);
  const hostname = match?.[1];
  const port = match?.[2] === undefined ? DEFAULT_PORT : Number(match[2]);
  if (hostname === undefined || port < 1 || port > MAX_PORT) {
    throw new RangeError(
      `Cannot read "${text}" as a server address: write it like localhost, 127.0.0.1:9999 or [::1]:9999`,
    );
  }
  return { hostname, port, ...(scheme === undefined ? {} : { tls: {} }) };
}

/**
 * Writes an address as {@linkcode parseServerAddress} reads it.
 *
 * @param server The address.
 * @returns `host:port`, with an IPv6 host in brackets, behind `tls://` when it is encrypted.
 */
export function formatServerAddress(server: ServerAddress): string {
  const host = server.hostname.includes(":") ? `[${server.hostname}]` : server.hostname;
  return `${server.tls === undefined ? "" : "tls://"}${host}:${server.port}`;
}
