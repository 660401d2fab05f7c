/**
 * Parses an answer to a yes-or-no question.
 *
 * @param text What a person typed.
 * @param otherwise What an empty answer means.
 * @returns The answer, or undefined when the text is neither.
 */
export function parseYesNo(text: string, otherwise: boolean): boolean | undefined {
  const answer = text.trim().toLowerCase();
  if (answer === "") return otherwise;
  if (answer === "y" || answer === "yes") return true;
  if (answer === "n" || answer === "no") return false;
  return undefined;
}

/**
 * Parses the choice of one option: its number, or the start of its label when only one has it.
 *
 * @param text What a person typed.
 * @param labels The options, in the order of their numbers from 1.
 * @returns The option's index from 0, or undefined when the text names none.
 */
export function parseChoice(text: string, labels: readonly string[]): number | undefined {
  const answer = text.trim().toLowerCase();
  if (/^\d{1,4}$/.test(answer)) {
    const index = Number(answer) - 1;
    return index >= 0 && index < labels.length ? index : undefined;
  }
  if (answer === "") return undefined;
  const exact = labels.findIndex((label) => label.toLowerCase() === answer);
  if (exact !== -1) return exact;
  const starts = labels.flatMap((label, index) =>
    label.toLowerCase().startsWith(answer) ? [index] : []
  );
  return starts.length === 1 ? starts[0] : undefined;
}

/**
 * Parses a local path as people type or drop it into a terminal: quotes around it are dropped and a
 * leading `~` is the home folder, which no shell has replaced here.
 *
 * @param text What a person typed.
 * @param homeFolder The home folder, when known.
 * @returns The path.
 */
export function parseTypedPath(text: string, homeFolder: string | undefined): string {
  const bare = text.trim().replace(/^(['"])(.*)\1$/, "$2");
  if (homeFolder === undefined || !/^~(?=$|[/\\])/.test(bare)) return bare;
  return homeFolder + bare.slice(1);
}
