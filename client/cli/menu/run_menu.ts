import type { CliEnvironment } from "../context.ts";
import { Prompter } from "../prompt/prompter.ts";
import { menuActions } from "./menu_actions.ts";

/** Names that are read for a question before it falls back to typing. */
const MAX_NAMES = 100;

/**
 * Shows the commands with numbers, asks for what the chosen one needs, runs it, and comes back until
 * the person leaves.
 *
 * @param environment What the process gives.
 * @param server `--server` as typed in front of the menu.
 * @param runLine Runs one command line.
 * @returns The exit code: 0 when the person left by themselves.
 */
export async function runMenu(
  environment: CliEnvironment,
  server: string | undefined,
  runLine: (line: readonly string[]) => Promise<number>,
): Promise<number> {
  const { terminal, signal, homeFolder } = environment;
  const prompter = new Prompter(terminal, signal, homeFolder);
  const tools = { prompter, listNames: () => listNames(environment, server) };
  while (!signal.aborted) {
    const index = await prompter.select(
      "What do you want to do?",
      menuActions.map(({ label }) => label),
      "leave",
    );
    const action = menuActions[index ?? -1];
    if (action === undefined) break;
    const line = await action.ask(tools);
    if (line !== undefined) await runLine(line);
    terminal.err("\n");
  }
  return 0;
}

async function listNames(
  environment: CliEnvironment,
  server: string | undefined,
): Promise<readonly string[] | undefined> {
  const names: string[] = [];
  try {
    await using client = await environment.connect({ server });
    for await (const entry of client.list("", { signal: environment.signal })) {
      names.push(entry.name);
      if (names.length > MAX_NAMES) break;
    }
    return names;
  } catch {
    // The person types the name then; the command says what is wrong with the server.
    return undefined;
  }
}
