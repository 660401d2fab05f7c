/**
 * The Sluice server: TCP in front, a Web Worker for each connection that has work behind.
 *
 * @module
 */
export { type Server, startServer } from "./start_server.ts";
export type { LiveControls } from "./live_controls.ts";
export type { WriteLimits } from "./limits/write_limits.ts";
export type { AuditSettings } from "./audit/audit_log.ts";
export type { MetricsAddress } from "./metrics/server_metrics.ts";
export type { AdmissionSnapshot, Refusal } from "./admission/admission_counts.ts";
export type { Offence } from "./admission/offence.ts";
export type { AdmissionSettings } from "./admission/admission_settings.ts";
export type { StartupLimits } from "./admission/early_drop.ts";
export type { ServerOptions, ServerTimeouts, ThrottleSettings } from "./server_options.ts";
export {
  type CertificateFiles,
  type CertificateReader,
  readCertificate,
  type TlsCertificate,
} from "#protocol/tls_certificate.ts";
