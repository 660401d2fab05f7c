import { whenUsed } from "./when_used.ts";

/** What the commands do, each loaded when it runs. */
export const COMMAND_MODULES = {
  answerShell: (): Promise<typeof import("./completion/answer_shell.ts")> =>
    import(whenUsed("./completion/answer_shell.ts")),
  checksum: (): Promise<typeof import("./commands/checksum.ts")> =>
    import(whenUsed("./commands/checksum.ts")),
  delete: (): Promise<typeof import("./commands/delete.ts")> =>
    import(whenUsed("./commands/delete.ts")),
  download: (): Promise<typeof import("./commands/download.ts")> =>
    import(whenUsed("./commands/download.ts")),
  history: (): Promise<typeof import("./commands/history.ts")> =>
    import(whenUsed("./commands/history.ts")),
  list: (): Promise<typeof import("./commands/list.ts")> => import(whenUsed("./commands/list.ts")),
  mkdir: (): Promise<typeof import("./commands/mkdir.ts")> =>
    import(whenUsed("./commands/mkdir.ts")),
  preview: (): Promise<typeof import("./commands/preview.ts")> =>
    import(whenUsed("./commands/preview.ts")),
  printScript: (): Promise<typeof import("./completion/print_script.ts")> =>
    import(whenUsed("./completion/print_script.ts")),
  rename: (): Promise<typeof import("./commands/rename.ts")> =>
    import(whenUsed("./commands/rename.ts")),
  runMenu: (): Promise<typeof import("./menu/run_menu.ts")> =>
    import(whenUsed("./menu/run_menu.ts")),
  search: (): Promise<typeof import("./commands/search.ts")> =>
    import(whenUsed("./commands/search.ts")),
  stat: (): Promise<typeof import("./commands/stat.ts")> => import(whenUsed("./commands/stat.ts")),
  status: (): Promise<typeof import("./commands/status.ts")> =>
    import(whenUsed("./commands/status.ts")),
  sync: (): Promise<typeof import("./commands/sync.ts")> => import(whenUsed("./commands/sync.ts")),
  throttle: (): Promise<typeof import("./commands/throttle.ts")> =>
    import(whenUsed("./commands/throttle.ts")),
  trash: (): Promise<typeof import("./commands/trash.ts")> =>
    import(whenUsed("./commands/trash.ts")),
  upload: (): Promise<typeof import("./commands/upload.ts")> =>
    import(whenUsed("./commands/upload.ts")),
  verify: (): Promise<typeof import("./commands/verify.ts")> =>
    import(whenUsed("./commands/verify.ts")),
} as const;

/**
 * The packages that those modules import. Nobody calls these: they tell Deno, which sees literals alone,
 * what an installed copy of the command line needs.
 */
export const PACKAGES: readonly (() => Promise<unknown>)[] = [
  () => import("hash-wasm"),
  () => import("string-width"),
  () => import("valibot"),
];
