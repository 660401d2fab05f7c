import { buildCommand, type Command } from "@stricli/core";
import { parseBytes } from "#protocol/byte_units.ts";
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from "#protocol/digest_algorithm.ts";
import { COMMAND_MODULES } from "./command_modules.ts";
import type { CliContext, GlobalFlags } from "./context.ts";
import { flagSwitch, globalAliases, globalFlagSpecs, parseCount } from "./flags.ts";
import { loadCommand } from "./load_command.ts";
import { remoteFolders, remoteNames } from "./proposals.ts";

/** Flags of `search`. */
export interface SearchFlags extends GlobalFlags {
  readonly limit?: number;
  readonly caseSensitive: boolean;
}

/** Flags of `checksum`. */
export interface ChecksumFlags extends GlobalFlags {
  readonly algorithm: ChecksumAlgorithm;
}

/** Flags of `preview`. */
export interface PreviewFlags extends GlobalFlags {
  readonly bytes: number;
}

/** Flags of `history`. */
export interface HistoryFlags extends GlobalFlags {
  readonly limit: number;
  readonly failed: boolean;
  readonly name?: string;
}

/** `search PATTERN [DIR]`. */
export const searchRoute: Command<CliContext> = buildCommand<
  SearchFlags,
  [string?, string?],
  CliContext
>({
  loader: loadCommand(async () => (await COMMAND_MODULES.search()).search),
  parameters: {
    flags: {
      limit: {
        kind: "parsed",
        parse: parseCount,
        optional: true,
        brief: "Stop after so many",
        placeholder: "N",
      },
      caseSensitive: flagSwitch("Tell A from a"),
      ...globalFlagSpecs,
    },
    aliases: { ...globalAliases, n: "limit" },
    positional: {
      kind: "tuple",
      parameters: [
        {
          parse: String,
          optional: true,
          brief: "Part of a name, or a glob: *.jpg, or with a / for paths: docs/**/*.md",
          placeholder: "PATTERN",
        },
        {
          parse: String,
          optional: true,
          brief: "Folder on the server; all of it when left out",
          placeholder: "DIR",
          proposeCompletions: remoteFolders,
        },
      ],
    },
  },
  docs: { brief: "Find files and folders by name", customUsage: ["PATTERN [DIR]"] },
});

/** `checksum NAME…`. */
export const checksumRoute: Command<CliContext> = buildCommand<
  ChecksumFlags,
  string[],
  CliContext
>({
  loader: loadCommand(async () => (await COMMAND_MODULES.checksum()).checksum),
  parameters: {
    flags: {
      algorithm: {
        kind: "enum",
        values: [...CHECKSUM_ALGORITHMS],
        default: "sha256",
        brief: "Which checksum",
      },
      ...globalFlagSpecs,
    },
    aliases: { ...globalAliases, a: "algorithm" },
    positional: {
      kind: "array",
      parameter: {
        parse: String,
        brief: "Files on the server",
        placeholder: "NAME",
        proposeCompletions: remoteNames,
      },
    },
  },
  docs: {
    brief: "Print checksums as sha256sum does, computed by the server",
    customUsage: ["[--algorithm ALGORITHM] NAME..."],
  },
});

/** `preview NAME`. */
export const previewRoute: Command<CliContext> = buildCommand<PreviewFlags, [string?], CliContext>({
  loader: loadCommand(async () => (await COMMAND_MODULES.preview()).preview),
  parameters: {
    flags: {
      bytes: {
        kind: "parsed",
        parse: parseBytes,
        default: "1KiB",
        brief: "How much of it, up to 1MiB",
        placeholder: "SIZE",
      },
      ...globalFlagSpecs,
    },
    aliases: globalAliases,
    positional: {
      kind: "tuple",
      parameters: [{
        parse: String,
        optional: true,
        brief: "File on the server",
        placeholder: "NAME",
        proposeCompletions: remoteNames,
      }],
    },
  },
  docs: { brief: "Show the beginning of a file, as text or as bytes", customUsage: ["NAME"] },
});

/** `history`. */
export const historyRoute: Command<CliContext> = buildCommand<HistoryFlags, [], CliContext>({
  loader: loadCommand(async () => (await COMMAND_MODULES.history()).history),
  parameters: {
    flags: {
      limit: {
        kind: "parsed",
        parse: parseCount,
        default: "20",
        brief: "Show so many, the newest first",
        placeholder: "N",
      },
      failed: flagSwitch("Show only what failed"),
      name: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Show only names that match, a glob or a part of a name",
        placeholder: "GLOB",
      },
      ...globalFlagSpecs,
    },
    aliases: { ...globalAliases, n: "limit" },
  },
  docs: { brief: "Show what was done on the server" },
});
