/** Makes a value and all that it holds unchangeable, so that a test sees any attempt. */
export function deepFreeze<T>(value: T, seen: Set<unknown> = new Set()): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value) || seen.has(value)) {
    return value;
  }
  seen.add(value);
  // The bytes of a preview cannot be frozen.
  if (ArrayBuffer.isView(value)) return value;
  if (value instanceof Map || value instanceof Set) lock(value);
  else for (const part of Object.values(value)) deepFreeze(part, seen);
  return Object.freeze(value);
}

/** Object.freeze() does not reach what a Map or Set holds. */
function lock(value: Map<unknown, unknown> | Set<unknown>): void {
  const refuse = (): never => {
    throw new TypeError("Cannot change a collection of the model");
  };
  Object.defineProperties(value, {
    add: { value: refuse },
    set: { value: refuse },
    delete: { value: refuse },
    clear: { value: refuse },
  });
}
