import type { BearerLimits } from "./access/bearers.ts";
import type { SessionLimits } from "./access/sessions.ts";

/** Limits of a gateway; tests lower them, nobody else needs to. */
export interface GatewayLimits {
  /** Transfers at once: downloads, previews, archives and uploads. @default 48 */
  readonly transfers: number;
  /** Event streams at once. @default 64 */
  readonly eventStreams: number;
  /** Bytes of all headers of a request. @default 32 KiB */
  readonly headerBytes: number;
  /** Bytes of a JSON body. @default 64 KiB */
  readonly jsonBytes: number;
  /** Browsers that have logged in. @default 100, 8 h without a request, 7 days at the most */
  readonly sessions: SessionLimits;
  /** Programs that send their token with each request. @default 32, 60 s behind the last one */
  readonly bearers: BearerLimits;
  /** Longest silence of a request's body, in ms. @default 60_000 */
  readonly bodyIdleMs: number;
  /** How long an upload's session stays open between two requests, in ms. @default 3_000 */
  readonly parkedMs: number;
  /** How long the file server is asked what became of a COMMIT whose answer was lost, in ms. @default 3_000 */
  readonly lostAnswerMs: number;
  /** A comment in an event stream that long after the last word, in ms. @default 15_000 */
  readonly heartbeatMs: number;
  /** Longest silence of the file server before it is taken for gone, in ms. @default 5_000 */
  readonly serverSilenceMs: number;
  /** For transfers under way when the gateway stops, in ms. @default 3_000 */
  readonly graceMs: number;
}

/** Limits of a gateway that is told none. */
export const DEFAULT_LIMITS: GatewayLimits = {
  transfers: 48,
  eventStreams: 64,
  headerBytes: 32 * 1024,
  jsonBytes: 64 * 1024,
  sessions: { most: 100, idleMs: 8 * 3_600_000, lifeMs: 7 * 86_400_000 },
  bearers: { most: 32, keepMs: 60_000 },
  bodyIdleMs: 60_000,
  parkedMs: 3_000,
  lostAnswerMs: 3_000,
  heartbeatMs: 15_000,
  serverSilenceMs: 5_000,
  graceMs: 3_000,
};
