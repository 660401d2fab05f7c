/**
 * What a worker may do: use root, with the state folder in it, and nothing else. Should a request ever
 * get past the checks of its path, it meets this wall.
 *
 * Limit: the runtime's wall stops names outside root, not symbolic links inside it; `RootFolder` does.
 *
 * @param root Real path of root.
 * @returns Permissions for `new Worker`.
 */
export function workerPermissions(root: string): Deno.PermissionOptionsObject {
  return {
    read: [root],
    write: [root],
    net: false,
    env: false,
    run: false,
    ffi: false,
    sys: false,
    import: false,
  };
}
