/**
 * Has a listener told of faults that nobody caught, in place of Deno's own report of them.
 *
 * @param listener Gets what was thrown or rejected with.
 */
export function onFault(listener: (error: unknown) => void): void {
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    listener(event.error);
  });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    listener(event.reason);
  });
}
