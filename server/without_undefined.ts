/** Without those that may be `undefined`. */
export type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/**
 * Leaves out what is `undefined`, so that it stands for "not given" everywhere.
 *
 * @param value Any object.
 * @returns A new one with the entries that have a value.
 */
export function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, entry]) => entry !== undefined),
  ) as Defined<T>;
}
