import type { Model } from "./model.ts";
import type { Pane, Side } from "./pane.ts";

/** What the program knows when it starts. */
export interface InitialModelOptions {
  readonly columns: number;
  readonly rows: number;
  /** Wall clock in ms since 1970. */
  readonly nowMs: number;
  /** As it is shown, such as `127.0.0.1:9999`. */
  readonly serverAddress: string;
  /** Absolute. */
  readonly localFolder: string;
  /**
   * Remote path to begin in.
   * @default "" (the server's root)
   */
  readonly serverFolder?: string;
  /** What `~` stands for. */
  readonly homeFolder?: string | undefined;
  /**
   * How many transfers may run at once.
   * @default 3
   */
  readonly jobs?: number;
}

/** How many transfers run at once unless the person says otherwise. */
const DEFAULT_JOBS = 3;

/** Gives what the screen shows before anything is known. */
export function initialModel(options: InitialModelOptions): Model {
  const { columns, rows, nowMs, serverAddress, homeFolder } = options;
  return {
    columns,
    rows,
    nowMs,
    serverAddress,
    homeFolder,
    link: { state: "connecting" },
    view: "files",
    focus: "local",
    panes: {
      local: emptyPane("local", options.localFolder),
      server: emptyPane("server", options.serverFolder ?? ""),
    },
    transfers: {
      rows: [],
      cursorId: undefined,
      top: 0,
      jobs: options.jobs ?? DEFAULT_JOBS,
      nextId: 1,
      nextBatchId: 1,
      standingAnswers: new Map(),
    },
    history: {
      records: [],
      rows: [],
      filter: undefined,
      onlyFailed: false,
      cursor: 0,
      top: 0,
      isLoading: false,
      failure: undefined,
      loadId: 0,
      seenRecords: undefined,
    },
    server: { snapshot: undefined, rates: [], cursor: 0, top: 0 },
    searchCount: 0,
    dialogs: [],
    notice: undefined,
    exit: undefined,
    isLeaving: false,
    lastClick: undefined,
  };
}

function emptyPane(side: Side, folder: string): Pane {
  return {
    side,
    folder,
    entries: [],
    rows: [],
    cursor: 0,
    top: 0,
    selected: new Set(),
    sort: { by: "name", isDescending: false },
    filter: undefined,
    showsHidden: false,
    loadId: 0,
    isLoading: false,
    opening: undefined,
    isQuiet: false,
    loadStartedAtMs: 0,
    wantsReload: false,
    failure: undefined,
    cursorName: undefined,
  };
}
