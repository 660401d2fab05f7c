/**
 * Sluice: a concurrent TCP file server with a Web Worker for each connection, and its client.
 *
 * @module
 */
export {
  type Server,
  type ServerOptions,
  type ServerTimeouts,
  startServer,
  type ThrottleSettings,
} from "#server/mod.ts";
export * from "#protocol/mod.ts";
