import type { ClientParts } from "../client_parts.ts";
import { whenUsed } from "./when_used.ts";

/** Loads the parts of a client for the command line, each when it is used. */
export const COMMAND_PARTS: ClientParts = {
  archive: () => import(whenUsed("../archive.ts")),
  beginUpload: () => import(whenUsed("../begin_upload.ts")),
  discardDownload: () => import(whenUsed("../discard_download.ts")),
  discardUpload: () => import(whenUsed("../discard_upload.ts")),
  download: () => import(whenUsed("../download.ts")),
  find: () => import(whenUsed("../find.ts")),
  findPublished: () => import(whenUsed("../find_published.ts")),
  manageCalls: () => import(whenUsed("../manage_calls.ts")),
  pages: () => import(whenUsed("../pages.ts")),
  preview: () => import(whenUsed("../preview.ts")),
  readFile: () => import(whenUsed("../read_file.ts")),
  fileSet: () => import(whenUsed("../file_set/run_file_set.ts")),
  throttleCall: () => import(whenUsed("../throttle_call.ts")),
  upload: () => import(whenUsed("../upload.ts")),
  watch: () => import(whenUsed("../watch.ts")),
};
