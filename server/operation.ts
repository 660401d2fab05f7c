/** What a worker can be at: the operation of each request that it serves. */
export const OPERATIONS = [
  "list",
  "stat",
  "download",
  "upload",
  "rename",
  "delete",
  "mkdir",
  "search",
  "checksum",
  "history",
  "trash",
  "restore",
  "empty trash",
  "archive",
  "publish",
] as const;

/** One of them. */
export type Operation = (typeof OPERATIONS)[number];
