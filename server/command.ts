import {
  type Application,
  buildApplication,
  buildCommand,
  type CommandContext,
} from "@stricli/core";
import type { RawConfiguration } from "./raw_configuration.ts";

/** Flags of the server's command line: settings as typed, and what is not a setting. */
export type ServerFlags = RawConfiguration & {
  readonly config?: string;
  readonly verbose?: boolean;
};

/** Context of the server's command: what it runs. */
export interface ServerCommandContext extends CommandContext {
  serve(flags: ServerFlags): Promise<void>;
}

const text = (brief: string, placeholder: string): {
  readonly kind: "parsed";
  readonly parse: (input: string) => string;
  readonly optional: true;
  readonly brief: string;
  readonly placeholder: string;
} => ({ kind: "parsed", parse: String, optional: true, brief, placeholder });

const globs = (brief: string): {
  readonly kind: "parsed";
  readonly parse: (input: string) => string;
  readonly variadic: true;
  readonly optional: true;
  readonly brief: string;
  readonly placeholder: string;
} => ({
  kind: "parsed",
  parse: String,
  variadic: true,
  optional: true,
  brief,
  placeholder: "glob",
});

const command = buildCommand<ServerFlags, [], ServerCommandContext>({
  func(flags: ServerFlags): Promise<void> {
    return this.serve(flags);
  },
  parameters: {
    flags: {
      host: text("Address to bind (default 127.0.0.1)", "address"),
      port: text("Port; 0 takes a free one (default 9999)", "number"),
      root: text("Folder to serve, made when missing (default server_files)", "folder"),
      chunkSize: text("Bytes per chunk while a throttle is on (default 256KiB)", "size"),
      chunkDelay: text("Pause after each chunk (default 0ms)", "time"),
      classroom: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "Short for --chunk-size 1000 --chunk-delay 200ms: slow enough to watch",
      },
      rate: text("Bytes per second for the whole server, e.g. 10MB/s (default 0, none)", "rate"),
      ratePerConnection: text("Bytes per second for each connection (default 0, none)", "rate"),
      workers: text("Most connections served at the same instant (default 64)", "number"),
      maxConnections: text("Most open connections, idle ones included (default 1024)", "number"),
      maxConnectionsPerAddress: text(
        "Of those, most from one address; 0 for no limit (default a quarter, at least 64)",
        "number",
      ),
      maxStartups: text("Drop new connections while so many have said no hello", "start:%:full"),
      penalties: {
        kind: "boolean",
        optional: true,
        brief: "Refuse addresses for a while that send bad tokens or bad frames (default on)",
      },
      trustedAddresses: text(
        "No such limits for these, nor for this machine unless none is said",
        "addresses",
      ),
      minRate: text("Slower transfers are ended (default 1kB/s; 0 for none)", "rate"),
      requireToken: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "Ask for an access token even while none was made",
      },
      insecure: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "Listen for other machines without encryption or access tokens",
      },
      tlsCert: text("Certificate in PEM: connections are encrypted; SIGHUP reads it anew", "file"),
      tlsKey: text("Key of the certificate in PEM", "file"),
      compress: {
        kind: "boolean",
        optional: true,
        brief: "Compress transfers for clients that want it (default on; never with --chunk-delay)",
      },
      processes: text("Server processes on this port, one for each core (default 1)", "number"),
      shared: text("Name of this server when others serve the same folder, too", "name"),
      logFormat: text("text or json (default text)", "format"),
      logLevel: text("debug, info, warning or error (default info)", "level"),
      trashKeep: text("How long deleted entries stay in the trash (default 30d)", "time"),
      trashSize: text("Most bytes of the trash; 0 for no limit (default 10GB)", "size"),
      historyKeep: text("How long the history is kept (default 90d)", "time"),
      uploadKeep: text("How long unfinished uploads can be resumed (default 7d)", "time"),
      metrics: text("Serve /metrics and /healthz there, e.g. 127.0.0.1:9998", "host:port"),
      auditLog: text("Note who did what with what result in this file, as JSON lines", "file"),
      auditSize: text("Put the audit log aside when it is larger (default 100MB)", "size"),
      auditKeep: text("How many old audit logs stay (default 10)", "number"),
      largestFile: text("Most bytes of one file (default 0, no limit)", "size"),
      quota: text("Most bytes of all files below root, trash included (default 0, none)", "size"),
      reserve: text("Bytes of the disk that uploads leave free (default 0)", "size"),
      readOnly: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "Let clients change nothing",
      },
      allowNames: globs("Take only new files whose name, or path when it holds a /, matches"),
      denyNames: globs("Refuse new files and folders whose name, or path, matches"),
      config: text("JSON file with the same names in camelCase", "file"),
      verbose: { kind: "boolean", optional: true, withNegated: false, brief: "Log details, too" },
    },
  },
  docs: {
    brief: "Serve a folder over the Sluice protocol",
    fullDescription: "Serves a folder over the Sluice protocol.\n" +
      "Flags win over SLUICE_* variables (SLUICE_PORT, SLUICE_RATE, …), those over --config.\n" +
      "deno task server token create|list|revoke says who may do what: token --help.",
  },
});

/**
 * The server's command line.
 *
 * @returns An application for Stricli's `run`.
 */
export function buildServerApplication(): Application<ServerCommandContext> {
  return buildApplication(command, {
    name: "deno task server",
    scanner: { caseStyle: "allow-kebab-for-camel" },
    documentation: { disableAnsiColor: true },
  });
}
