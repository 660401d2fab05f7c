// @ts-check
/**
 * The shapes that the page's modules share; types only.
 *
 * @typedef {"file" | "folder" | "symlink" | "other"} Kind
 *
 * @typedef {object} Row One line of the list: of a folder, of a search or of the trash.
 * @property {string} key What tells rows of one list apart: name, path or trash id.
 * @property {string} name
 * @property {string} path Whole remote path; in the trash, where it was.
 * @property {Kind} kind
 * @property {number} sizeBytes
 * @property {number} timeMs Modified at; in the trash, deleted at.
 *
 * @typedef {"files" | "search" | "trash"} ViewName
 *
 * @typedef {object} Route
 * @property {ViewName} view
 * @property {string} path The folder that is shown or searched; root is empty.
 * @property {string} pattern Of a search, else empty.
 *
 * @typedef {"name" | "size" | "time"} SortKey
 *
 * @typedef {{readonly key: SortKey, readonly isDescending: boolean}} Sort
 *
 * @typedef {object} Selection
 * @property {ReadonlySet<string>} keys
 * @property {string | null} anchor Where a range begins.
 * @property {string | null} active Where the keyboard is.
 *
 * @typedef {object} Listing
 * @property {Route} route What the rows are of.
 * @property {readonly Row[]} rows
 * @property {"loading" | "ready" | "failed"} status
 * @property {string} problem Why it failed, or empty.
 * @property {boolean} isCut Whether there is more than is shown.
 *
 * @typedef {"queued" | "running" | "waiting" | "paused" | "conflict" | "done" | "failed"} UploadState
 *
 * @typedef {"error" | "overwrite" | "rename" | "skip"} OnConflict
 *
 * @typedef {object} UploadItem
 * @property {number} id
 * @property {string} path Where it goes.
 * @property {number} sizeBytes
 * @property {number} sentBytes
 * @property {number} bytesPerSecond
 * @property {UploadState} state
 * @property {OnConflict} onConflict
 * @property {string} note What people should know: why it waits or failed, where it went.
 *
 * @typedef {object} Operation One connection of the server, and what it does.
 * @property {number} connectionId
 * @property {string} peer
 * @property {"working" | "waiting" | "watching" | "idle"} state
 * @property {number} rate Bytes per second.
 * @property {number} [worker]
 * @property {number} [position] Its place in the queue.
 * @property {string} [operation]
 * @property {string} [path]
 * @property {number} [doneBytes]
 * @property {number} [totalBytes]
 *
 * @typedef {object} Snapshot What the server tells each second (docs/web.md §6).
 * @property {string} agent
 * @property {number} uptimeSeconds
 * @property {{open: number, max: number}} connections
 * @property {{leased: number, idle: number, limit: number}} workers
 * @property {number} waiting
 * @property {{up: number, down: number}} rates
 * @property {readonly Operation[]} operations
 *
 * @typedef {object} Live
 * @property {boolean | null} isLinked Whether the gateway answers; null while nobody knows.
 * @property {{isOnline: boolean, server: string, sinceMs: number, reason?: {code: string, message: string}} | null} server
 * @property {Snapshot | null} snapshot
 * @property {readonly {up: number, down: number}[]} rates The last minute, newest last.
 *
 * @typedef {object} HistoryRecord
 * @property {number} id
 * @property {number} atMs
 * @property {string} peer
 * @property {string} operation
 * @property {string} path
 * @property {string} [target]
 * @property {number} bytes
 * @property {number} seconds
 * @property {string} [digest]
 * @property {string} outcome
 * @property {string} [token] Name of the access token.
 *
 * @typedef {object} Toast
 * @property {number} id
 * @property {string} text
 * @property {boolean} isProblem
 * @property {string} [actionLabel]
 * @property {() => void} [action]
 *
 * @typedef {{kind: "preview", key: string}
 *   | {kind: "delete", rows: readonly Row[], isPermanent: boolean}
 *   | {kind: "newFolder"}
 *   | {kind: "shortcuts"}} Dialog
 *
 * @typedef {object} Session What this browser may do.
 * @property {"reader" | "writer" | "admin"} role
 * @property {boolean} isSignedIn Whether it has logged in.
 * @property {boolean} isAsked Whether somebody has to log in first.
 *
 * @typedef {object} State
 * @property {Session} session
 * @property {Route} route
 * @property {Listing} listing
 * @property {Sort} sort
 * @property {string} filter
 * @property {Selection} selection
 * @property {string | null} renaming The key of the row whose name is being edited.
 * @property {Live} live
 * @property {{records: readonly HistoryRecord[], hasMore: boolean, problem: string}} history
 * @property {readonly UploadItem[]} uploads
 * @property {boolean} isDockOpen
 * @property {boolean} isActivityOpen
 * @property {Dialog | null} dialog
 * @property {{key: string, x: number, y: number} | null} menu
 * @property {readonly Toast[]} toasts
 * @property {string} announcement Read aloud by screen readers.
 */

export {};
