/**
 * Whether anything has a local name, a symbolic link that leads nowhere included.
 *
 * @param path Local path.
 * @throws {Error} What the system says when it cannot tell.
 */
export async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
