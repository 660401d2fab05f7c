// @ts-check
import { html } from "./html.js";
import { Icon } from "./icon.js";

/**
 * A button that shows a picture only; its label is read aloud and shown when pointed at.
 *
 * @param {{icon: import("./icon.js").IconName, label: string, onClick: (event: MouseEvent) => void,
 *   tabIndex?: number, isPressed?: boolean, className?: string}} props
 */
export function IconButton({ icon, label, onClick, tabIndex, isPressed, className = "" }) {
  return html`
    <button type="button" class=${`icon-button ${className}`} aria-label=${label} title=${label}
      tabindex=${tabIndex} aria-pressed=${isPressed} onClick=${onClick}>
      <${Icon} name=${icon} />
    </button>
  `;
}
