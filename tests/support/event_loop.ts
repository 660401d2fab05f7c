/** What keeps the event loop of a test busy, as its messages do that of a worker; clears it when disposed. */
export function keepEventLoop(): Disposable {
  const timer = setInterval(() => {}, 60_000);
  return { [Symbol.dispose]: (): void => clearInterval(timer) };
}
