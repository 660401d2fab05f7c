import { buildCommand, type Command } from "@stricli/core";
import { COMMAND_MODULES } from "./command_modules.ts";
import type { CliContext, GlobalFlags } from "./context.ts";
import { flagSwitch, globalAliases, globalFlagSpecs, parseInterval } from "./flags.ts";
import { loadCommand } from "./load_command.ts";
import { remoteFolders, remoteNames } from "./proposals.ts";

/** Flags of `list`. */
export interface ListFlags extends GlobalFlags {
  readonly long: boolean;
  readonly recursive: boolean;
}

/** Flags of `delete`. */
export interface DeleteFlags extends GlobalFlags {
  readonly yes: boolean;
  readonly permanent: boolean;
}

/** Flags of `mkdir`. */
export interface MkdirFlags extends GlobalFlags {
  readonly parents: boolean;
}

/** Flags of `status`. */
export interface StatusFlags extends GlobalFlags {
  readonly watch: boolean;
  /** In ms. */
  readonly interval?: number;
}

/** `list [DIR]`. */
export const listRoute: Command<CliContext> = buildCommand<ListFlags, [string?], CliContext>({
  loader: loadCommand(async () => (await COMMAND_MODULES.list()).list),
  parameters: {
    flags: {
      long: flagSwitch("Show kind, size and time too"),
      recursive: flagSwitch("Show what is in folders below too"),
      ...globalFlagSpecs,
    },
    aliases: { ...globalAliases, l: "long", r: "recursive" },
    positional: {
      kind: "tuple",
      parameters: [{
        parse: String,
        optional: true,
        brief: "Folder on the server; all of it when left out",
        placeholder: "DIR",
        proposeCompletions: remoteFolders,
      }],
    },
  },
  docs: { brief: "List a folder of the server" },
});

/** `stat NAME`. */
export const statRoute: Command<CliContext> = buildCommand<GlobalFlags, [string?], CliContext>({
  loader: loadCommand(async () => (await COMMAND_MODULES.stat()).stat),
  parameters: {
    flags: globalFlagSpecs,
    aliases: globalAliases,
    positional: { kind: "tuple", parameters: [remoteName("NAME", "File or folder on the server")] },
  },
  docs: { brief: "Show size, time, kind and known digests", customUsage: ["NAME"] },
});

/** `rename OLD NEW`. */
export const renameRoute: Command<CliContext> = buildCommand<
  GlobalFlags,
  [string?, string?],
  CliContext
>({
  loader: loadCommand(async () => (await COMMAND_MODULES.rename()).rename),
  parameters: {
    flags: globalFlagSpecs,
    aliases: globalAliases,
    positional: {
      kind: "tuple",
      parameters: [
        remoteName("OLD", "What to rename or move, on the server"),
        remoteName("NEW", "Its new name, with the folders above it; nothing is ever replaced"),
      ],
    },
  },
  docs: { brief: "Rename or move a file or folder on the server", customUsage: ["OLD NEW"] },
});

/** `delete NAME…`. */
export const deleteRoute: Command<CliContext> = buildCommand<DeleteFlags, string[], CliContext>({
  loader: loadCommand(async () => (await COMMAND_MODULES.delete()).deleteNames),
  parameters: {
    flags: {
      yes: flagSwitch("Do not ask; needed where nobody can be asked"),
      permanent: flagSwitch("Delete for good, not into the server's trash"),
      ...globalFlagSpecs,
    },
    aliases: { ...globalAliases, y: "yes" },
    positional: {
      kind: "array",
      parameter: {
        parse: String,
        brief: "Files or folders on the server",
        placeholder: "NAME",
        proposeCompletions: remoteNames,
      },
    },
  },
  docs: {
    brief: "Delete files and whole folders",
    customUsage: ["[--yes] [--permanent] NAME..."],
  },
});

/** `mkdir DIR`. */
export const mkdirRoute: Command<CliContext> = buildCommand<MkdirFlags, [string?], CliContext>({
  loader: loadCommand(async () => (await COMMAND_MODULES.mkdir()).mkdir),
  parameters: {
    flags: {
      parents: flagSwitch("Make missing folders above it; an existing one is fine"),
      ...globalFlagSpecs,
    },
    aliases: { ...globalAliases, p: "parents" },
    positional: { kind: "tuple", parameters: [remoteName("DIR", "Folder to make on the server")] },
  },
  docs: { brief: "Make a folder on the server", customUsage: ["[--parents] DIR"] },
});

/** `status`. */
export const statusRoute: Command<CliContext> = buildCommand<StatusFlags, [], CliContext>({
  loader: loadCommand(async () => (await COMMAND_MODULES.status()).status),
  parameters: {
    flags: {
      watch: flagSwitch("Keep it up to date until Ctrl-C"),
      interval: {
        kind: "parsed",
        parse: parseInterval,
        optional: true,
        brief: "With --watch: how often, 100ms to 60s (1s)",
        placeholder: "TIME",
      },
      ...globalFlagSpecs,
    },
    aliases: { ...globalAliases, w: "watch" },
  },
  docs: { brief: "Show whether the server is up and how busy it is" },
});

// Optional for Stricli, so that the command itself can ask for it on a terminal.
function remoteName(placeholder: string, brief: string): {
  parse: (input: string) => string;
  optional: true;
  brief: string;
  placeholder: string;
  proposeCompletions: typeof remoteNames;
} {
  return { parse: String, optional: true, brief, placeholder, proposeCompletions: remoteNames };
}
