import type { CommandContext } from "@stricli/core";
import type { Connect } from "./client_api.ts";
import type { CompletionSource } from "./completion/completion_source.ts";
import type { Report } from "./output/report.ts";
import type { Terminal } from "./terminal.ts";

/** What the process gives to every command: set once in main.ts, faked in tests. */
export interface CliEnvironment {
  readonly terminal: Terminal;
  /** Folder that local paths are relative to. */
  readonly workingFolder: string;
  /** The person's home folder, for `~` in answers; undefined when unknown. */
  readonly homeFolder: string | undefined;
  /** `SLUICE_SERVER`, when it is set. */
  readonly server: string | undefined;
  /** `Deno.build.os`: decides which local names are possible. */
  readonly os: string;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly connect: Connect;
}

/** What Stricli hands to parsers, proposals and commands. */
export interface CliContext extends CommandContext {
  readonly process: CommandContext["process"] & { exitCode?: number | string | null };
  readonly environment: CliEnvironment;
  /** Present only while a shell asks for completions. */
  readonly completion?: CompletionSource;
}

/** Flags that every command takes. */
export interface GlobalFlags {
  readonly server?: string;
  readonly tokenFile?: string;
  readonly tls: boolean;
  readonly ca?: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** One command under way. */
export interface CommandRun<FLAGS extends GlobalFlags = GlobalFlags> {
  readonly environment: CliEnvironment;
  readonly flags: FLAGS;
  readonly report: Report;
}

/** What a command does; failures are thrown, or reported when others go on. */
export type CommandAction<FLAGS extends GlobalFlags, ARGS extends readonly (string | undefined)[]> =
  (
    run: CommandRun<FLAGS>,
    ...args: ARGS
  ) => Promise<void>;
