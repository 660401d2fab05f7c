/** Characters of a token's id that stand in front of names. */
const PREFIX_CHARACTERS = 8;

/**
 * Begins the names in the state folder of what belongs to an access token and has no name in root yet, so that it can
 * be found without being opened. Two tokens of a root have the same one only once in billions.
 *
 * @param owner Id of the token; `undefined` where none is asked for.
 * @returns A beginning, empty for nobody.
 */
export function ownedPrefix(owner: string | undefined): string {
  return owner === undefined ? "" : `${owner.slice(0, PREFIX_CHARACTERS)}.`;
}
