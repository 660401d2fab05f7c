// @ts-check
import { html } from "./html.js";

/** Strokes on a grid of 24, drawn for this page. */
const STROKES = {
  folder: "M3 7a2 2 0 0 1 2-2h4l2 2.5h8a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  image: "M4 5h16v14H4zM4 16l4.5-4.5 4 4 2.5-2.5 5 5M15.5 9.5v.01",
  audio:
    "M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
  video: "M3 6h12v12H3zM15 10.5l6-3.5v10l-6-3.5z",
  text: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  link:
    "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3a4 4 0 0 0 5.700 5.700l1-1",
  upload: "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4",
  download: "M12 4v12M7 11l5 5 5-5M4 20h16",
  newFolder:
    "M3 7a2 2 0 0 1 2-2h4l2 2.500h8a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM12 11v5M9.500 13.500h5",
  folderUp:
    "M3 7a2 2 0 0 1 2-2h4l2 2.5h8a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM12 16.500v-5.500M9.500 13L12 10.500 14.500 13",
  trash: "M4 7h16M9 7V4h6v3M6.500 7l1 13h9l1-13M10 11v5M14 11v5",
  restore: "M4 5v5h5M4.600 10a8 8 0 1 1-.6 4",
  rename: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  search: "M17 11a6 6 0 1 1-12 0 6 6 0 0 1 12 0zM15.500 15.500L20 20",
  leave: "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
  close: "M6 6l12 12M18 6L6 18",
  more: "M12 6v.01M12 12v.01M12 18v.01",
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  chevron: "M6 9l6 6 6-6",
  pause: "M8 5v14M16 5v14",
  play: "M7 5l12 7-12 7z",
  retry: "M20 5v5h-5M19.400 10A8 8 0 1 0 20 14",
  check: "M5 13l4.500 4.500L19 7",
  warn: "M12 4l9 16H3zM12 10v4M12 17v.01",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  pulse: "M3 12h4l3-7 4 14 3-7h4",
  help: "M9 9a3 3 0 1 1 4.200 2.800c-.9.4-1.200 1-1.200 2.200M12 17.500v.01",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
};

/** @typedef {keyof typeof STROKES} IconName */

/** @param {{name: IconName}} props A picture beside words: screen readers pass over it. */
export function Icon({ name }) {
  return html`
    <svg class=${`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d=${STROKES[name]} />
    </svg>
  `;
}
