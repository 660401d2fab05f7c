import {
  type Application,
  buildApplication,
  buildCommand,
  type CommandContext,
} from "@stricli/core";

/** Flags of the web interface, as typed. */
export interface WebFlags {
  readonly server?: string;
  readonly host?: string;
  readonly port?: string;
  readonly publicUrl?: string;
  readonly insecure?: boolean;
  readonly trustedAddresses?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tls: boolean;
  readonly ca?: string;
}

/** Context of the command: what it runs. */
export interface WebCommandContext extends CommandContext {
  serve(flags: WebFlags): Promise<void>;
}

const text = (brief: string, placeholder: string): {
  readonly kind: "parsed";
  readonly parse: (input: string) => string;
  readonly optional: true;
  readonly brief: string;
  readonly placeholder: string;
} => ({ kind: "parsed", parse: String, optional: true, brief, placeholder });

const command = buildCommand<WebFlags, [], WebCommandContext>({
  func(flags: WebFlags): Promise<void> {
    return this.serve(flags);
  },
  parameters: {
    flags: {
      server: text("The file server (SLUICE_SERVER, then 127.0.0.1:9999)", "HOST:PORT"),
      host: text("Address to bind (default 127.0.0.1)", "address"),
      port: text("Port; 0 takes a free one (default 5000)", "number"),
      publicUrl: text("Where browsers come when a proxy with HTTPS is in front", "https://NAME"),
      insecure: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "Listen for other machines without encryption",
      },
      trustedAddresses: text(
        "Proxies, besides this machine, that may show wrong tokens as often as they like",
        "addresses",
      ),
      tlsCert: text("Certificate in PEM for browsers: HTTPS", "file"),
      tlsKey: text("Key of the certificate in PEM", "file"),
      tls: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Encrypt the connections to the file server",
      },
      ca: text("Certificate that the file server is trusted by; means --tls", "file"),
    },
  },
  docs: {
    brief: "Serve the web interface of a file server",
    fullDescription: "Serves the web interface of a file server (docs/web.md).",
  },
});

/**
 * The command line of the web interface.
 *
 * @returns An application for Stricli's `run`.
 */
export function buildWebApplication(): Application<WebCommandContext> {
  return buildApplication(command, {
    name: "deno task web",
    scanner: { caseStyle: "allow-kebab-for-camel" },
    documentation: { disableAnsiColor: true },
  });
}
