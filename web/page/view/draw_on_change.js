// @ts-check
import { render } from "/lib/preact.js";
import { shownText } from "../state/shown_text.js";
import { AppView } from "./app_view.js";
import { html } from "./html.js";

/** Progress is drawn so often: smooth to look at, and little work while thousands of files go up. */
const DRIFT_MS = 120;
/** A hidden tab gets no frames, and need not be drawn often. */
const HIDDEN_MS = 1000;

/**
 * Draws the page now and after each change; many changes between two frames are drawn once.
 *
 * @param {import("../app.js").App} app
 */
export function drawOnChange(app) {
  const { store } = app;
  const root = document.getElementById("app");
  if (root === null) throw new Error('Cannot draw the page: "app" is missing in index.html');
  let isFramePlanned = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const draw = () => {
    isFramePlanned = false;
    clearTimeout(timer);
    timer = undefined;
    render(html`<${AppView} app=${app} state=${store.state} />`, root);
    const { route } = store.state;
    const place = route.view === "trash" ? "Trash" : route.path || "Files";
    document.title = `${shownText(place)} · Sluice`;
  };
  store.subscribe((isUrgent) => {
    if (isFramePlanned) return;
    if (isUrgent && !document.hidden) {
      isFramePlanned = true;
      requestAnimationFrame(draw);
    } else if (timer === undefined) {
      timer = setTimeout(draw, document.hidden ? HIDDEN_MS : DRIFT_MS);
    }
  });
  draw();
}
