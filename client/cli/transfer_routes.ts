import { buildCommand, type Command } from "@stricli/core";
import { COMMAND_MODULES } from "./command_modules.ts";
import type { CliContext } from "./context.ts";
import {
  type DownloadFlags,
  globalFlagSpecs,
  transferAliases,
  type TransferFlags,
  transferFlagSpecs,
} from "./flags.ts";
import { loadCommand } from "./load_command.ts";
import { localFolders, localNames, remoteFolders, remoteNames } from "./proposals.ts";

/** `upload LOCAL…`. */
export const uploadRoute: Command<CliContext> = buildCommand<TransferFlags, string[], CliContext>({
  loader: loadCommand(async () => (await COMMAND_MODULES.upload()).upload),
  parameters: {
    flags: {
      to: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Folder on the server; made when missing",
        placeholder: "DIR",
        proposeCompletions: remoteFolders,
      },
      as: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Name on the server, for one file",
        placeholder: "NAME",
        proposeCompletions: remoteNames,
      },
      ...transferFlagSpecs,
      ...globalFlagSpecs,
    },
    aliases: transferAliases,
    positional: {
      kind: "array",
      parameter: {
        parse: String,
        brief: "Files, or with --recursive folders, of this machine",
        placeholder: "LOCAL",
        proposeCompletions: localNames,
      },
    },
  },
  docs: {
    brief: "Send files to the server",
    customUsage: ["[--to DIR] [--as NAME] [--recursive] LOCAL..."],
  },
});

/** `download REMOTE…`. */
export const downloadRoute: Command<CliContext> = buildCommand<DownloadFlags, string[], CliContext>(
  {
    loader: loadCommand(async () => (await COMMAND_MODULES.download()).download),
    parameters: {
      flags: {
        to: {
          kind: "parsed",
          parse: String,
          optional: true,
          brief: "Folder of this machine, the current one when left out; made when missing",
          placeholder: "DIR",
          proposeCompletions: localFolders,
        },
        as: {
          kind: "parsed",
          parse: String,
          optional: true,
          brief: "Local path to save one file as",
          placeholder: "PATH",
          proposeCompletions: localNames,
        },
        archive: {
          kind: "enum",
          values: ["zip", "tar"],
          optional: true,
          brief: "Save each folder as one archive",
        },
        ...transferFlagSpecs,
        ...globalFlagSpecs,
      },
      aliases: transferAliases,
      positional: {
        kind: "array",
        parameter: {
          parse: String,
          brief: "Files, or with --recursive folders, of the server",
          placeholder: "REMOTE",
          proposeCompletions: remoteNames,
        },
      },
    },
    docs: {
      brief: "Fetch files from the server",
      customUsage: ["[--to DIR] [--as PATH] [--recursive] REMOTE..."],
    },
  },
);
