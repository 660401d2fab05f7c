import { buildCommand, buildRouteMap, type Command, type RouteMap } from "@stricli/core";
import type { ConflictPolicy } from "#protocol/requests.ts";
import { COMMAND_MODULES } from "./command_modules.ts";
import type { CliContext, GlobalFlags } from "./context.ts";
import { flagSwitch, globalAliases, globalFlagSpecs } from "./flags.ts";
import { loadCommand } from "./load_command.ts";
import { trashIds } from "./proposals.ts";

/** Flags of `trash restore`. */
export interface RestoreFlags extends GlobalFlags {
  readonly onConflict: ConflictPolicy;
}

/** Flags of `trash empty`. */
export interface EmptyFlags extends GlobalFlags {
  readonly yes: boolean;
}

const listTrashRoute: Command<CliContext> = buildCommand<GlobalFlags, [], CliContext>({
  loader: loadCommand(async () => (await COMMAND_MODULES.trash()).listTrash),
  parameters: { flags: globalFlagSpecs, aliases: globalAliases },
  docs: { brief: "Show what was deleted, the newest first" },
});

const restoreRoute: Command<CliContext> = buildCommand<RestoreFlags, string[], CliContext>({
  loader: loadCommand(async () => (await COMMAND_MODULES.trash()).restoreTrash),
  parameters: {
    flags: {
      onConflict: {
        kind: "enum",
        values: ["error", "overwrite", "rename", "skip"],
        default: "error",
        brief: "What to do when a name is taken",
      },
      ...globalFlagSpecs,
    },
    aliases: globalAliases,
    positional: {
      kind: "array",
      parameter: {
        parse: String,
        brief: "Ids that trash list shows",
        placeholder: "ID",
        proposeCompletions: trashIds,
      },
    },
  },
  docs: { brief: "Bring entries back to where they were", customUsage: ["ID..."] },
});

const emptyRoute: Command<CliContext> = buildCommand<EmptyFlags, string[], CliContext>({
  loader: loadCommand(async () => (await COMMAND_MODULES.trash()).emptyTrash),
  parameters: {
    flags: {
      yes: flagSwitch("Do not ask; needed where nobody can be asked"),
      ...globalFlagSpecs,
    },
    aliases: { ...globalAliases, y: "yes" },
    positional: {
      kind: "array",
      parameter: {
        parse: String,
        brief: "Ids to remove; all when left out",
        placeholder: "ID",
        proposeCompletions: trashIds,
      },
    },
  },
  docs: { brief: "Remove what was deleted for good", customUsage: ["[--yes] [ID...]"] },
});

/** `trash list`, `trash restore` and `trash empty`. */
export const trashRoutes: RouteMap<CliContext> = buildRouteMap({
  routes: { list: listTrashRoute, restore: restoreRoute, empty: emptyRoute },
  docs: { brief: "List, restore or remove what was deleted" },
});
