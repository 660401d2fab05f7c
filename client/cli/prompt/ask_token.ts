import { escapeText } from "#protocol/escape_text.ts";
import type { SluiceError } from "#protocol/sluice_error.ts";
import type { Terminal } from "../terminal.ts";

/**
 * Asks a person for an access token, which is not shown while it is typed.
 *
 * @param terminal Where the person is.
 * @param server The server, for the question; empty for the default one.
 * @param refusal Why it is asked for; a token that was refused is said to be.
 * @param signal Ends the wait.
 * @returns What was typed, or undefined when nothing was.
 */
export async function askForToken(
  terminal: Terminal,
  server: string,
  refusal: SluiceError,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (refusal.code === "token_refused") terminal.err(`${escapeText(refusal.message)}\n`);
  const question = `Access token${server === "" ? "" : ` for ${escapeText(server)}`}: `;
  const typed = await terminal.readSecret(question, signal);
  // What was typed has left no trace, the line end included.
  terminal.err("\n");
  return typed === undefined || typed.trim() === "" ? undefined : typed.trim();
}
