/**
 * Sluice: a concurrent TCP file server with a Web Worker for each busy connection, and its client.
 * Importing this module has no effects.
 *
 * @example Serve a folder and put a file into it
 * ```ts no-run
 * import { SluiceClient, startServer } from "./mod.ts";
 *
 * await using server = await startServer({ root: "shared", port: 0 });
 * await using client = new SluiceClient({ server });
 * const { remotePath, digest } = await client.upload("report.pdf", "inbox/report.pdf");
 * console.log(remotePath, digest);
 * ```
 *
 * @module
 */
export * from "#server/mod.ts";
export * from "#client/mod.ts";
export { ERROR_CODES, type ErrorCodeEntry } from "#protocol/error_code.ts";
export { CONFLICT_POLICIES } from "#protocol/requests.ts";
export { CHECKSUM_ALGORITHMS, DIGEST_ALGORITHMS } from "#protocol/digest_algorithm.ts";
