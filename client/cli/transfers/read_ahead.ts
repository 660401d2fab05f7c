/**
 * Reads a source ahead of its readers, up to a bound. Any number of readers may share the result:
 * each item goes to one of them.
 *
 * @param source What to read.
 * @param most Most items read ahead.
 * @param onItem Told each item as soon as it is read.
 * @returns The same items; ends, or fails, as the source does.
 */
export function readAhead<T>(
  source: AsyncIterable<T>,
  most: number,
  onItem: (item: T) => void,
): AsyncGenerator<T, void, void> {
  const ready: T[] = [];
  let wakeReader = Promise.withResolvers<void>();
  let wakePump = Promise.withResolvers<void>();
  let isOver = false;
  let isUnwanted = false;

  async function pump(): Promise<void> {
    try {
      for await (const item of source) {
        if (isUnwanted) return;
        onItem(item);
        ready.push(item);
        wakeReader.resolve();
        while (ready.length >= most && !isUnwanted) {
          wakePump = Promise.withResolvers();
          await wakePump.promise;
        }
      }
    } finally {
      isOver = true;
      wakeReader.resolve();
    }
  }

  async function* read(): AsyncGenerator<T, void, void> {
    const pumping = pump();
    // Awaited at the end; this keeps a failure in between from counting as unhandled.
    pumping.catch(() => {});
    try {
      for (;;) {
        const item = ready.shift();
        if (item !== undefined) {
          wakePump.resolve();
          yield item;
        } else if (isOver) {
          await pumping;
          return;
        } else {
          wakeReader = Promise.withResolvers();
          await wakeReader.promise;
        }
      }
    } finally {
      isUnwanted = true;
      wakePump.resolve();
    }
  }

  return read();
}
