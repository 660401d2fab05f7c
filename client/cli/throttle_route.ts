import { buildCommand, type Command } from "@stricli/core";
import { parseRate } from "#protocol/byte_units.ts";
import { COMMAND_MODULES } from "./command_modules.ts";
import type { CliContext, GlobalFlags } from "./context.ts";
import { globalAliases, globalFlagSpecs } from "./flags.ts";
import { loadCommand } from "./load_command.ts";

/** Flags of `throttle`. */
export interface ThrottleFlags extends GlobalFlags {
  readonly rate?: number;
  readonly perConnection?: number;
}

/** `throttle`. */
export const throttleRoute: Command<CliContext> = buildCommand<ThrottleFlags, [], CliContext>({
  loader: loadCommand(async () => (await COMMAND_MODULES.throttle()).throttle),
  parameters: {
    flags: {
      rate: {
        kind: "parsed",
        parse: parseRateOrNone,
        optional: true,
        brief: "Most bytes per second of the whole server, such as 5MB/s; none lifts it",
        placeholder: "RATE",
      },
      perConnection: {
        kind: "parsed",
        parse: parseRateOrNone,
        optional: true,
        brief: "Most bytes per second of each connection; none lifts it",
        placeholder: "RATE",
      },
      ...globalFlagSpecs,
    },
    aliases: globalAliases,
  },
  docs: { brief: "Change the rates of a running server, or show them" },
});

function parseRateOrNone(text: string): number {
  return text.trim().toLowerCase() === "none" ? 0 : parseRate(text);
}
