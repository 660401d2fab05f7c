/** Global flags in front of the command that take no value. */
const SWITCHES: ReadonlySet<string> = new Set(["--json", "--quiet", "-q", "--tls"]);

/** Global flags that take a value. */
const VALUES: ReadonlySet<string> = new Set(["--server", "--token-file", "--ca"]);

/** Commands that have commands of their own behind them. */
const GROUPS: ReadonlySet<string> = new Set(["trash"]);

/** A command line with its global flags behind the command. */
export interface CommandLine {
  /** What Stricli gets: the command, its flags and arguments. */
  readonly inputs: readonly string[];
  /** Global flags that stood in front of the command, as typed. */
  readonly leading: readonly string[];
  /** Whether a command, or a flag such as `--help` in its place, is there. */
  readonly hasCommand: boolean;
}

/**
 * Moves global flags from before the command to behind it, where Stricli looks for them. A flag that
 * is given on both sides counts as the one behind the command.
 *
 * @param args Arguments as typed.
 * @returns The same command line in Stricli's order.
 */
export function moveGlobalFlags(args: readonly string[]): CommandLine {
  const leading: string[] = [];
  const [command, ...behind] = takeGlobalFlags(args, leading);
  if (command === undefined) return { inputs: leading, leading, hasCommand: false };
  if (!GROUPS.has(command)) {
    const inputs = [command, ...without(leading, behind), ...behind];
    return { inputs, leading, hasCommand: true };
  }
  // A group takes no flags itself: they go behind the command in it.
  const [verb, ...rest] = takeGlobalFlags(behind, leading);
  const inputs = verb === undefined || verb.startsWith("-")
    ? [command, ...(verb === undefined ? [] : [verb]), ...rest]
    : [command, verb, ...without(leading, rest), ...rest];
  return { inputs, leading, hasCommand: true };
}

/** Moves the global flags at the beginning of some words into a list; gives the other words. */
function takeGlobalFlags(words: readonly string[], into: string[]): readonly string[] {
  let index = 0;
  for (; index < words.length; index++) {
    const word = words[index] ?? "";
    if (SWITCHES.has(word) || (word.includes("=") && VALUES.has(flagName(word)))) {
      into.push(word);
    } else if (VALUES.has(word) && index + 1 < words.length) {
      into.push(word, words[++index] ?? "");
    } else {
      break;
    }
  }
  return words.slice(index);
}

/**
 * Finds a switch such as `--json` before any `--`, without parsing the rest: for failures to parse.
 *
 * @param args Arguments as typed.
 * @param name The switch.
 * @returns Whether it is on.
 */
export function hasSwitch(args: readonly string[], name: string): boolean {
  return beforeEscape(args).includes(name);
}

/**
 * Finds the value of a global flag in an unfinished command line: for completions.
 *
 * @param args Arguments as typed so far.
 * @param name The flag.
 * @returns Its last value, or undefined.
 */
export function findValue(
  args: readonly string[],
  name: "--server" | "--token-file" | "--ca",
): string | undefined {
  let found: string | undefined;
  const words = beforeEscape(args);
  words.forEach((word, index) => {
    if (word.startsWith(`${name}=`)) found = word.slice(name.length + 1);
    if (word === name) found = words[index + 1] ?? found;
  });
  return found;
}

function without(leading: readonly string[], rest: readonly string[]): string[] {
  const given = new Set(beforeEscape(rest).map(flagName));
  const kept: string[] = [];
  for (let index = 0; index < leading.length; index++) {
    const arg = leading[index] ?? "";
    const taken = VALUES.has(arg) ? [arg, leading[++index] ?? ""] : [arg];
    // A flag given twice in front counts once, the last one.
    const isRepeated = leading.slice(index + 1).map(flagName).includes(flagName(arg));
    if (!given.has(flagName(arg)) && !isRepeated) kept.push(...taken);
  }
  return kept;
}

function flagName(arg: string): string {
  if (arg === "-q") return "--quiet";
  return arg.startsWith("--") ? arg.split("=", 1)[0] ?? arg : arg;
}

function beforeEscape(args: readonly string[]): readonly string[] {
  const escape = args.indexOf("--");
  return escape === -1 ? args : args.slice(0, escape);
}
