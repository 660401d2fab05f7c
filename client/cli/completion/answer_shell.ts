import { proposeCompletions } from "@stricli/core";
import { buildCli } from "../application.ts";
import type { ClientApi } from "../client_api.ts";
import type { CliContext, CliEnvironment } from "../context.ts";
import { globalFlagSpecs } from "../flags.ts";
import { findValue, moveGlobalFlags } from "../global_flags.ts";
import type { CompleteFlags } from "./completion_routes.ts";
import type { CompletionSource } from "./completion_source.ts";
import { completeRemoteName, completeTrashId } from "./remote_completions.ts";

/** A person waits at the Tab key: later answers are of no use. */
const PATIENCE_MS = 1_000;

/** What may stand in place of a command, or in front of it. */
const ROOT_FLAGS: readonly string[] = [
  `--server\t${globalFlagSpecs.server.brief}`,
  `--token-file\t${globalFlagSpecs.tokenFile.brief}`,
  `--tls\t${globalFlagSpecs.tls.brief}`,
  `--ca\t${globalFlagSpecs.ca.brief}`,
  `--json\t${globalFlagSpecs.json.brief}`,
  `--quiet\t${globalFlagSpecs.quiet.brief}`,
  "--help\tPrint help and exit",
  "--version\tPrint the version and exit",
];

/**
 * `__complete -- WORD…`: prints what can stand for the last word, one per line as word, tab and
 * description. The line `:files` or `:folders` leaves the word to the shell. Prints nothing when
 * anything fails, the server included: a Tab key is no place for errors.
 *
 * @param this The context of the call.
 * @param flags How long to wait for the server.
 * @param words The command line behind the program's name, up to the cursor.
 */
export async function answerShell(
  this: CliContext,
  { patience = PATIENCE_MS }: CompleteFlags,
  ...words: string[]
): Promise<void> {
  try {
    const lines = await propose(this.environment, words, patience);
    this.environment.terminal.out(lines.map((line) => `${line}\n`).join(""));
  } catch {
    // Half a command line is often not one that can be parsed.
  }
}

async function propose(
  environment: CliEnvironment,
  words: readonly string[],
  patienceMs: number,
): Promise<readonly string[]> {
  const last = words.at(-1) ?? "";
  // PowerShell before 7.3 cannot pass an empty argument; its script sends a pair of quotes.
  const partial = last === '""' ? "" : last;
  const before = words.at(-2);
  if (before === "--server") return [];
  if (before === "--token-file" || before === "--ca") return [":files"];
  const { inputs, hasCommand } = moveGlobalFlags(words.slice(0, -1));
  if (!hasCommand && partial.startsWith("-")) {
    return ROOT_FLAGS.filter((line) => line.startsWith(partial));
  }
  const source = new ShellCompletions(environment, words, patienceMs);
  const context: CliContext = {
    environment,
    completion: source,
    process: { stdout: { write: () => {} }, stderr: { write: () => {} } },
  };
  // All flags, filtered below: Stricli knows --resume, a person types --no-resume.
  const asked = partial.startsWith("-") ? "--" : partial;
  const proposals = await proposeCompletions(
    buildCli(),
    [...hasCommand ? inputs : [], asked],
    context,
  );
  const lines = proposals
    .map(({ completion, brief }) => ({ word: asOffered(completion), brief }))
    .filter(({ word }) => isWanted(word, partial))
    .map(({ word, brief }) => `${word}\t${brief}`);
  const { shellPart } = source;
  return shellPart === undefined || partial.startsWith("-") ? lines : [...lines, shellPart];
}

// Flags are offered once a dash is typed, so that names are not lost among them.
function isWanted(word: string, partial: string): boolean {
  return word.startsWith(partial) && (partial.startsWith("-") || !word.startsWith("-"));
}

// Resuming is on: what can be said is --no-resume.
function asOffered(completion: string): string {
  return completion === "--resume" ? "--no-resume" : completion;
}

class ShellCompletions implements CompletionSource {
  readonly #environment: CliEnvironment;
  readonly #words: readonly string[];
  readonly #patienceMs: number;
  shellPart: string | undefined;

  constructor(environment: CliEnvironment, words: readonly string[], patienceMs: number) {
    this.#environment = environment;
    this.#words = words;
    this.#patienceMs = patienceMs;
  }

  async remoteNames(partial: string, kind: "any" | "folder"): Promise<readonly string[]> {
    await using client = await this.#connect();
    return await completeRemoteName(client, partial, kind, this.#deadline());
  }

  async trashIds(partial: string): Promise<readonly string[]> {
    await using client = await this.#connect();
    return await completeTrashId(client, partial, this.#deadline());
  }

  leaveToShell(kind: "any" | "folder"): void {
    this.shellPart = kind === "folder" ? ":folders" : ":files";
  }

  #connect(): Promise<ClientApi> {
    return this.#environment.connect({
      server: findValue(this.#words, "--server"),
      tls: this.#words.includes("--tls"),
      ca: findValue(this.#words, "--ca"),
      tokenFile: findValue(this.#words, "--token-file"),
      connectTimeoutMs: this.#patienceMs,
    });
  }

  #deadline(): AbortSignal {
    return AbortSignal.any([this.#environment.signal, AbortSignal.timeout(this.#patienceMs)]);
  }
}
