import type { ActionId } from "../model/action.ts";

/** The entries of the file-management menu, in their order. */
export const MENU_ACTIONS: readonly ActionId[] = [
  "upload",
  "download",
  "rename",
  "delete",
  "deletePermanently",
  "mkdir",
  "preview",
  "details",
  "checksum",
  "search",
  "trash",
  "goto",
  "refresh",
];
