/**
 * Reads a source to its end as fast as it gives, whatever its reader does meanwhile. A search that is
 * not read holds a worker of the server, which the transfers of what it found may be waiting for.
 *
 * What was read and not used yet is held in memory: about a third of a kB for each entry of a tree.
 *
 * @param source What to read; left early when the reader leaves.
 * @returns The same items; ends, or fails, as the source does.
 */
export async function* readEagerly<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  let ready: T[] = [];
  let isOver = false;
  let isUnwanted = false;
  let changed = Promise.withResolvers<void>();
  const reading = (async (): Promise<void> => {
    try {
      for await (const item of source) {
        if (isUnwanted) return;
        ready.push(item);
        changed.resolve();
      }
    } finally {
      isOver = true;
      changed.resolve();
    }
  })();
  reading.catch(() => {}); // Thrown below, behind the items that came before.
  try {
    for (;;) {
      changed = Promise.withResolvers();
      const items = ready;
      ready = [];
      yield* items;
      if (ready.length > 0) continue;
      if (isOver) return await reading;
      await changed.promise;
    }
  } finally {
    isUnwanted = true;
  }
}
