/** `auto` compresses when that makes the transfer faster, `on` whenever it saves bytes, `off` never. */
export type CompressionMode = "auto" | "on" | "off";

/** When the bytes of a transfer are compressed on their way (docs/protocol.md §6.15). */
export const COMPRESSION_MODES = [
  "auto",
  "on",
  "off",
] as const satisfies readonly CompressionMode[];

/** Name of the one method, as WELCOME lists it. */
export const ZSTD = "zstd";
