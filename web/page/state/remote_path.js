// @ts-check
/** Remote paths: names joined by `/`, the empty path is root (docs/web.md §2). */

/** @param {string} folder @param {string} name @returns {string} */
export function joinPath(folder, name) {
  return folder === "" ? name : `${folder}/${name}`;
}

/** @param {string} path @returns {string} The folder around it; root's is root. */
export function parentOf(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** @param {string} path @returns {string} */
export function lastName(path) {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** @param {string} path @returns {string} For an address: each name encoded. */
export function encodePath(path) {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** @param {string} path @returns {string} The address of a file: GET is a real download, PUT an upload. */
export function fileAddress(path) {
  return `/api/files/${encodePath(path)}`;
}

/** @param {string} path @returns {string} */
export function previewAddress(path) {
  return `/api/preview/${encodePath(path)}`;
}

/** Servers and proxies take addresses of 8 KiB; longer ones go as a POST. */
const MAX_ADDRESS_CHARACTERS = 6000;

/**
 * Gives the address of a zip of files and folders that lie in one folder.
 *
 * @param {readonly string[]} paths
 * @returns {string | null} Null when it would be too long.
 */
export function archiveAddress(paths) {
  const address = `/api/archive?${new URLSearchParams(paths.map((path) => ["path", path]))}`;
  return address.length <= MAX_ADDRESS_CHARACTERS ? address : null;
}

/**
 * Gives the folders on the way to a path.
 *
 * @param {string} path
 * @returns {{name: string, path: string}[]} From the first below root to the path itself.
 */
export function crumbsOf(path) {
  if (path === "") return [];
  const names = path.split("/");
  return names.map((name, index) => ({ name, path: names.slice(0, index + 1).join("/") }));
}
