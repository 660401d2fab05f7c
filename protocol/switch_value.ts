/**
 * Reads a setting that is on or off, as people write it in a variable.
 *
 * @param text As it was written.
 * @returns Whether it is on; `undefined` when it says neither.
 */
export function switchValue(text: string): boolean | undefined {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  return /^(0|false|no|off)$/i.test(text) ? false : undefined;
}
