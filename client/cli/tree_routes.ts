import { buildCommand, type Command } from "@stricli/core";
import type { CompressionMode } from "#protocol/compression_mode.ts";
import type { CliContext, GlobalFlags } from "./context.ts";
import {
  compressFlagSpec,
  flagSwitch,
  globalAliases,
  globalFlagSpecs,
  jobsFlagSpec,
  type TreeFlags,
  treeFlagSpecs,
} from "./flags.ts";
import { loadCommand } from "./load_command.ts";
import { COMMAND_MODULES } from "./command_modules.ts";
import { localNames, remoteNames } from "./proposals.ts";

/** Flags of `sync`. */
export interface SyncFlags extends GlobalFlags, TreeFlags {
  readonly fromServer: boolean;
  readonly delete: boolean;
  readonly checksum: boolean;
  readonly jobs: number;
  readonly compress: CompressionMode;
}

/** Flags of `verify`. */
export interface VerifyFlags extends GlobalFlags, Omit<TreeFlags, "dryRun"> {
  readonly jobs: number;
}

const { exclude, include, dryRun } = treeFlagSpecs;

/** `sync LOCAL REMOTE`. */
export const syncRoute: Command<CliContext> = buildCommand<
  SyncFlags,
  [string?, string?],
  CliContext
>({
  loader: loadCommand(async () => (await COMMAND_MODULES.sync()).sync),
  parameters: {
    flags: {
      fromServer: flagSwitch("Make LOCAL like REMOTE; REMOTE like LOCAL when left out"),
      delete: flagSwitch("Delete what the source does not have: on the server into the trash"),
      checksum: flagSwitch("Compare the bytes of files, not their times"),
      exclude,
      include,
      dryRun,
      jobs: jobsFlagSpec,
      compress: compressFlagSpec,
      ...globalFlagSpecs,
    },
    aliases: { ...globalAliases, j: "jobs" },
    positional: { kind: "tuple", parameters: bothSides("Folder") },
  },
  docs: {
    brief: "Make a folder of the server like one of this machine, or the other way round",
    customUsage: ["[--from-server] [--delete] [--dry-run] LOCAL REMOTE"],
  },
});

/** `verify LOCAL REMOTE`. */
export const verifyRoute: Command<CliContext> = buildCommand<
  VerifyFlags,
  [string?, string?],
  CliContext
>({
  loader: loadCommand(async () => (await COMMAND_MODULES.verify()).verify),
  parameters: {
    flags: { exclude, include, jobs: jobsFlagSpec, ...globalFlagSpecs },
    aliases: { ...globalAliases, j: "jobs" },
    positional: { kind: "tuple", parameters: bothSides("File or folder") },
  },
  docs: {
    brief: "Compare files or whole folders of both sides by checksums",
    customUsage: ["LOCAL REMOTE"],
  },
});

interface SideParameter {
  readonly parse: (input: string) => string;
  readonly optional: true;
  readonly brief: string;
  readonly placeholder: string;
  readonly proposeCompletions: typeof localNames | typeof remoteNames;
}

function bothSides(what: string): readonly [SideParameter, SideParameter] {
  const base = { parse: String, optional: true } as const;
  return [
    {
      ...base,
      brief: `${what} of this machine`,
      placeholder: "LOCAL",
      proposeCompletions: localNames,
    },
    {
      ...base,
      brief: `${what} of the server`,
      placeholder: "REMOTE",
      proposeCompletions: remoteNames,
    },
  ];
}
