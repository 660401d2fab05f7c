import { locally } from "./local_errors.ts";

/**
 * Removes a local file; one that is gone already is fine.
 *
 * @param path Which file.
 * @throws {SluiceError} When it is there and cannot be removed.
 */
export async function removeIfThere(path: string): Promise<void> {
  await locally(`remove "${path}"`, async () => {
    try {
      await Deno.remove(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  });
}
