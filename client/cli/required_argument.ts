import { SluiceError } from "#protocol/sluice_error.ts";
import type { CommandRun } from "./context.ts";
import { UsageError } from "./output/failure.ts";
import { isInteractive } from "./terminal.ts";

/**
 * Takes an argument, or asks for it when a person is there.
 *
 * @param run The command under way.
 * @param typed What was typed, if anything.
 * @param act `Cannot <act>`, for when nobody can be asked.
 * @param label What is missing.
 * @returns A text that is not empty.
 * @throws {UsageError} When there is none.
 */
export async function required(
  run: CommandRun,
  typed: string | undefined,
  act: string,
  label: string,
): Promise<string> {
  if (typed !== undefined && typed !== "") return typed;
  const { terminal, signal, homeFolder } = run.environment;
  if (isInteractive(terminal) && !run.flags.json) {
    const { Prompter } = await import("./prompt/prompter.ts");
    const answer = await new Prompter(terminal, signal, homeFolder).input(label);
    if (answer !== undefined) return answer;
    if (signal.aborted) throw new SluiceError("cancelled", `${act}: interrupted`);
  }
  throw new UsageError(`${act}: ${label.charAt(0).toLowerCase()}${label.slice(1)} is missing`);
}
