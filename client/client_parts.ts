/** The parts of a client that are loaded when they are first used. */
export interface ClientParts {
  archive(): Promise<typeof import("./archive.ts")>;
  beginUpload(): Promise<typeof import("./begin_upload.ts")>;
  discardDownload(): Promise<typeof import("./discard_download.ts")>;
  discardUpload(): Promise<typeof import("./discard_upload.ts")>;
  download(): Promise<typeof import("./download.ts")>;
  find(): Promise<typeof import("./find.ts")>;
  findPublished(): Promise<typeof import("./find_published.ts")>;
  manageCalls(): Promise<typeof import("./manage_calls.ts")>;
  pages(): Promise<typeof import("./pages.ts")>;
  preview(): Promise<typeof import("./preview.ts")>;
  readFile(): Promise<typeof import("./read_file.ts")>;
  fileSet(): Promise<typeof import("./file_set/run_file_set.ts")>;
  throttleCall(): Promise<typeof import("./throttle_call.ts")>;
  upload(): Promise<typeof import("./upload.ts")>;
  watch(): Promise<typeof import("./watch.ts")>;
}

/** Loads them for any program: Deno sees the names, so no permission to read is needed. */
export const CLIENT_PARTS: ClientParts = {
  archive: () => import("./archive.ts"),
  beginUpload: () => import("./begin_upload.ts"),
  discardDownload: () => import("./discard_download.ts"),
  discardUpload: () => import("./discard_upload.ts"),
  download: () => import("./download.ts"),
  find: () => import("./find.ts"),
  findPublished: () => import("./find_published.ts"),
  manageCalls: () => import("./manage_calls.ts"),
  pages: () => import("./pages.ts"),
  preview: () => import("./preview.ts"),
  readFile: () => import("./read_file.ts"),
  fileSet: () => import("./file_set/run_file_set.ts"),
  throttleCall: () => import("./throttle_call.ts"),
  upload: () => import("./upload.ts"),
  watch: () => import("./watch.ts"),
};
