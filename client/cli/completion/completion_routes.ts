import { buildCommand, type Command } from "@stricli/core";
import { parseDuration } from "#protocol/duration.ts";
import { COMMAND_MODULES } from "../command_modules.ts";
import type { CliContext, GlobalFlags } from "../context.ts";
import { globalAliases, globalFlagSpecs } from "../flags.ts";
import { loadCommand } from "../load_command.ts";

/** Shells that have a completion script. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** A shell that has a completion script. */
export type Shell = (typeof SHELLS)[number];

/** Flags of the hidden command that completes. */
export interface CompleteFlags {
  /** Longest wait for the server, in ms. @default 1_000 */
  readonly patience?: number;
}

/** `completions SHELL`: prints a script. */
export const completionsRoute: Command<CliContext> = buildCommand<
  GlobalFlags,
  [Shell],
  CliContext
>({
  loader: loadCommand(async () => (await COMMAND_MODULES.printScript()).printScript),
  parameters: {
    flags: globalFlagSpecs,
    aliases: globalAliases,
    positional: {
      kind: "tuple",
      parameters: [{
        parse: parseShell,
        brief: `Which shell: ${SHELLS.join(", ")}`,
        placeholder: SHELLS.join("|"),
        proposeCompletions: () => SHELLS,
      }],
    },
  },
  docs: {
    brief: "Print a script that completes commands, flags and names in a shell",
    fullDescription: [
      "Prints a script that completes commands, flags, local names and names on the server.",
      "",
      '  bash        eval "$(sluice completions bash)"     in ~/.bashrc',
      '  zsh         eval "$(sluice completions zsh)"      in ~/.zshrc, below compinit',
      "  fish        sluice completions fish | source      in ~/.config/fish/config.fish",
      "  powershell  sluice completions powershell | Out-String | Invoke-Expression   in $PROFILE",
    ].join("\n"),
  },
});

/** `__complete -- WORD…`: what those scripts call; hidden. */
export const completeRoute: Command<CliContext> = buildCommand<
  CompleteFlags,
  string[],
  CliContext
>({
  loader: async () => (await COMMAND_MODULES.answerShell()).answerShell,
  parameters: {
    flags: {
      patience: {
        kind: "parsed",
        parse: parseDuration,
        optional: true,
        placeholder: "TIME",
        brief: "Longest wait for the server, 1s when left out",
      },
    },
    positional: {
      kind: "array",
      parameter: { parse: String, brief: "The words typed so far", placeholder: "WORD" },
    },
  },
  docs: { brief: "Complete a command line" },
});

function parseShell(text: string): Shell {
  const shell = SHELLS.find((known) => known === text);
  if (shell !== undefined) return shell;
  throw new RangeError(`Cannot complete for "${text}": the shells are ${SHELLS.join(", ")}`);
}
