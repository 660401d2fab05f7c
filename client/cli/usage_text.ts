import {
  type ApplicationText,
  type ArgumentScannerError,
  formatMessageForArgumentScannerError,
  text_en,
} from "@stricli/core";

/**
 * Stricli's texts in this program's words: `Cannot <act>: <why>`, one line each. The sink that
 * Stricli writes them to adds the program's name and escapes them.
 */
export const usageText: ApplicationText = {
  ...text_en,
  briefs: {
    ...text_en.briefs,
    help: "Print help and exit",
    version: "Print the version and exit",
    argumentEscapeSequence: "All that follows are names, also with a leading dash",
  },
  noCommandRegisteredForInput({ input, corrections }): string {
    const hint = corrections.length > 0 ? orList(corrections.map(unquote)) : undefined;
    return `Cannot run "${input}": there is no such command` +
      (hint === undefined ? "; see sluice --help" : `, did you mean ${hint}?`);
  },
  exceptionWhileParsingArguments(error): string {
    return formatMessageForArgumentScannerError(error as ArgumentScannerError, FORMATTERS);
  },
  exceptionWhileLoadingCommandFunction: (error) => `Cannot load the command: ${messageOf(error)}`,
  exceptionWhileLoadingCommandContext: (error) => `Cannot load the command: ${messageOf(error)}`,
  exceptionWhileRunningCommand: (error) => `Cannot finish: ${messageOf(error)}`,
  commandErrorResult: (error) => messageOf(error),
};

const FORMATTERS: Parameters<typeof formatMessageForArgumentScannerError>[1] = {
  FlagNotFoundError: ({ input, corrections }) =>
    `Cannot use --${input}: there is no such flag` +
    (corrections.length > 0 ? `, did you mean ${orList(corrections.map(asFlag))}?` : ""),
  AliasNotFoundError: ({ input }) => `Cannot use -${input}: there is no such flag`,
  ArgumentParseError: ({ externalFlagNameOrPlaceholder, exception }) =>
    sentence(messageOf(exception), externalFlagNameOrPlaceholder),
  EnumValidationError: ({ externalFlagName, input, values }) =>
    `Cannot use "${input}" for ${asFlag(externalFlagName)}: it must be ${orList(values)}`,
  InvalidNegatedFlagSyntaxError: ({ externalFlagName, valueText }) =>
    `Cannot use "${valueText}" for ${asFlag(externalFlagName)}: it takes no value`,
  UnexpectedFlagError: ({ externalFlagName }) =>
    `Cannot use ${asFlag(externalFlagName)} twice: it holds one value`,
  UnexpectedPositionalError: ({ expectedCount, input }) =>
    `Cannot use "${input}": ${expectedCount === 0 ? "no" : `at most ${expectedCount}`} ` +
    `${expectedCount === 1 ? "name is" : "names are"} expected here`,
  UnsatisfiedFlagError: ({ externalFlagName, nextFlagName }) =>
    `Cannot use ${asFlag(externalFlagName)}: its value is missing` +
    (nextFlagName === undefined ? "" : ` before ${asFlag(nextFlagName)}`),
  UnsatisfiedPositionalError: ({ placeholder }) => `Cannot run this: ${placeholder} is missing`,
};

function asFlag(name: string): string {
  const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `--${kebab}`;
}

function sentence(message: string, name: string): string {
  return message.startsWith("Cannot ") ? message : `Cannot use the value of ${name}: ${message}`;
}

function orList(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function unquote(word: string): string {
  return word.replaceAll("`", '"');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
