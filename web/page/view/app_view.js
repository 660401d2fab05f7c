// @ts-check
import { ActivityPanel } from "./activity_panel.js";
import { ConflictDialog } from "./conflict_dialog.js";
import { DeleteDialog } from "./delete_dialog.js";
import { DropZone } from "./drop_zone.js";
import { FileList } from "./file_list.js";
import { html } from "./html.js";
import { LoginDialog } from "./login_dialog.js";
import { NewFolderDialog } from "./new_folder_dialog.js";
import { PreviewDialog } from "./preview_dialog.js";
import { RowMenu } from "./row_menu.js";
import { ShortcutsDialog } from "./shortcuts_dialog.js";
import { Toasts } from "./toasts.js";
import { ToolBar } from "./tool_bar.js";
import { TopBar } from "./top_bar.js";
import { UploadDock } from "./upload_dock.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../types.js").State} State */

/** The whole page. @param {{app: App, state: State}} props */
export function AppView({ app, state }) {
  return html`
    <div class=${pageClass(state)}>
      <${TopBar} app=${app} state=${state} />
      <main class="body">
        <div class="files">
        <${ToolBar} app=${app} state=${state} />
        <${FileList} app=${app} state=${state} />
        </div>
      ${state.isActivityOpen && html`<${ActivityPanel} app=${app} state=${state} />`}
        ${state.menu !== null &&
          html`<${RowMenu} key=${state.menu.key} app=${app} menu=${state.menu} />`}
      </main>
      <div class="corner">
        <${Toasts} app=${app} toasts=${state.toasts} />
        <${UploadDock} app=${app} state=${state} />
      </div>
      ${state.session.isAsked
        ? html`<${LoginDialog} />`
        : html`<${OpenDialog} app=${app} state=${state} />`}
      <${DropZone} app=${app} route=${state.route} />
      <div class="sr-only" role="status" aria-live="polite">${state.announcement}</div>
    </div>
  `;
}

/** @param {State} state @returns {string} */
function pageClass({ isActivityOpen, isDockOpen, uploads }) {
  const dock = uploads.length === 0 ? "" : isDockOpen ? " page-dock-open" : " page-dock";
  return `page${isActivityOpen ? " page-activity" : ""}${dock}`;
}

/** @param {{app: App, state: State}} props */
function OpenDialog({ app, state }) {
  const { dialog, uploads } = state;
  switch (dialog?.kind) {
    case "preview":
      return html`<${PreviewDialog} app=${app} fileKey=${dialog.key} />`;
    case "delete":
      return html`<${DeleteDialog} app=${app} rows=${dialog.rows} isPermanent=${dialog.isPermanent} />`;
    case "newFolder":
      return html`<${NewFolderDialog} app=${app} />`;
    case "shortcuts":
      return html`<${ShortcutsDialog} app=${app} />`;
    default: {
      const asking = uploads.filter((item) => item.state === "conflict");
      const [item] = asking;
      if (item === undefined) return null;
      return html`<${ConflictDialog} key=${item.id} app=${app} item=${item} others=${
        asking.length - 1
      } />`;
    }
  }
}
