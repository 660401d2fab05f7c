// @ts-check
/** Reads what was dropped: files and folders, however deep. */

/** @typedef {{path: string, file: File}} DroppedFile `path` is relative to the drop. */
/** @typedef {{files: DroppedFile[], folders: string[], isCut: boolean}} Drop `folders` are the empty ones. */

/**
 * Starts to read a drop. It must be called while the event is handled: later the browser hides it.
 *
 * @param {DataTransfer} transfer
 * @param {number} mostFiles
 * @returns {Promise<Drop>}
 */
export function readDrop(transfer, mostFiles) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry());
  const loose = [...transfer.files];
  if (entries.length === 0 || entries.includes(null)) {
    // Made by a script, or by a browser without entries: files only.
    const files = loose.slice(0, mostFiles).map((file) => ({ path: file.name, file }));
    return Promise.resolve({ files, folders: [], isCut: loose.length > mostFiles });
  }
  return readEntries(entries.filter((entry) => entry !== null), mostFiles);
}

/**
 * Takes what was chosen with a file or folder field.
 *
 * @param {FileList} list
 * @param {number} mostFiles
 * @returns {Drop}
 */
export function readChosen(list, mostFiles) {
  const files = [...list].slice(0, mostFiles).map((file) => ({
    path: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath,
    file,
  }));
  return { files, folders: [], isCut: list.length > mostFiles };
}

/** @param {readonly FileSystemEntry[]} entries @param {number} mostFiles @returns {Promise<Drop>} */
async function readEntries(entries, mostFiles) {
  /** @type {Drop} */
  const drop = { files: [], folders: [], isCut: false };
  const pending = [...entries].reverse();
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    if (drop.files.length >= mostFiles) return { ...drop, isCut: true };
    const path = entry.fullPath.replace(/^\//, "");
    if (entry.isFile) {
      drop.files.push({ path, file: await fileOf(/** @type {FileSystemFileEntry} */ (entry)) });
    } else {
      const inside = await entriesOf(/** @type {FileSystemDirectoryEntry} */ (entry), mostFiles);
      if (inside.length === 0) drop.folders.push(path);
      pending.push(...inside.reverse());
    }
  }
  return drop;
}

/** @param {FileSystemFileEntry} entry @returns {Promise<File>} */
function fileOf(entry) {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/**
 * A reader gives a hundred entries at a time, and none at the end.
 *
 * @param {FileSystemDirectoryEntry} folder
 * @param {number} mostFiles
 * @returns {Promise<FileSystemEntry[]>}
 */
async function entriesOf(folder, mostFiles) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const all = [];
  while (all.length <= mostFiles) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    all.push(...some);
  }
  return all;
}
