/**
 * The wire format of Sluice: frames, messages, errors and remote paths, as docs/protocol.md
 * specifies them. Nothing here touches a socket or a file.
 *
 * @module
 */
export * from "./error_code.ts";
export * from "./sluice_error.ts";
export * from "./remote_path.ts";
export * from "./escape_text.ts";
export * from "./byte_units.ts";
export type * from "./requests.ts";
export type * from "./replies.ts";
