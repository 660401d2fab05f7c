import {
  type Application,
  buildApplication,
  buildCommand,
  type CommandContext,
} from "@stricli/core";
import { MAX_JOBS, parseJobs } from "#client/cli/jobs.ts";
import { usageText } from "#client/cli/usage_text.ts";
import { VERSION } from "#client/cli/version.ts";

/** Flags of the terminal client. */
export interface TuiFlags {
  readonly server?: string;
  readonly tokenFile?: string;
  readonly tls: boolean;
  readonly ca?: string;
  readonly local?: string;
  readonly jobs: number;
  readonly plain: boolean;
  readonly mouse: boolean;
}

/** What Stricli hands on to the command. */
export interface TuiContext extends CommandContext {
  /** Runs the client. */
  readonly start: (flags: TuiFlags) => Promise<void>;
}

const DESCRIPTION = `\
Shows the files here and on a Sluice server side by side, and moves them.

Keys are shown at the bottom of the screen; ? lists all of them. With --plain, ACCESSIBLE=1, TERM=dumb or
without a terminal it is a list of numbered choices instead. docs/terminal.md tells more.`;

/**
 * Builds the command line of the terminal client.
 *
 * @returns An application for Stricli's `run`.
 */
export function buildTui(): Application<TuiContext> {
  const command = buildCommand<TuiFlags, [], TuiContext>({
    async func(flags): Promise<void> {
      await this.start(flags);
    },
    parameters: {
      flags: {
        server: {
          kind: "parsed",
          parse: String,
          optional: true,
          brief: "Where the server is (SLUICE_SERVER, then 127.0.0.1:9999)",
          placeholder: "HOST:PORT",
        },
        tokenFile: {
          kind: "parsed",
          parse: String,
          optional: true,
          brief: "File with the access token (then SLUICE_TOKEN; it asks when it needs one)",
          placeholder: "FILE",
        },
        tls: {
          kind: "boolean",
          default: false,
          withNegated: false,
          brief: "Encrypt the connection (also by tls://HOST:PORT)",
        },
        ca: {
          kind: "parsed",
          parse: String,
          optional: true,
          brief: "Certificate to trust, the server's own or of who signed it; means --tls",
          placeholder: "FILE",
        },
        local: {
          kind: "parsed",
          parse: String,
          optional: true,
          brief: "Local folder to begin in (the current one)",
          placeholder: "DIR",
        },
        jobs: {
          kind: "parsed",
          parse: parseJobs,
          default: "3",
          brief: `Transfers at the same time, 1 to ${MAX_JOBS}`,
          placeholder: "N",
        },
        plain: {
          kind: "boolean",
          default: false,
          withNegated: false,
          brief: "Print lines and ask for numbers instead of a full screen",
        },
        mouse: { kind: "boolean", default: true, brief: "Use the mouse" },
      },
      aliases: { j: "jobs" },
    },
    docs: {
      brief: "Move files to and from a Sluice server on a full screen",
      fullDescription: DESCRIPTION,
    },
  });
  return buildApplication(command, {
    name: "deno task tui",
    versionInfo: { currentVersion: VERSION },
    scanner: { caseStyle: "allow-kebab-for-camel" },
    documentation: { disableAnsiColor: true, onlyRequiredInUsageLine: true },
    localization: { text: usageText },
  });
}
