// @ts-check
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { IconButton } from "./icon_button.js";

/** @param {{app: import("../app.js").App, toasts: readonly import("../types.js").Toast[]}} props */
export function Toasts({ app, toasts }) {
  const { toaster } = app;
  return html`
    <div class="toasts" role="status" aria-live="polite">
      ${toasts.map((toast) =>
        html`
          <div key=${toast.id} class=${`toast${toast.isProblem ? " toast-problem" : ""}`}
            onMouseEnter=${() => toaster.hold(toast.id)} onMouseLeave=${() =>
              toaster.release(toast.id)}
            onFocusIn=${() => toaster.hold(toast.id)} onFocusOut=${() => toaster.release(toast.id)}>
            ${toast.isProblem && html`<${Icon} name="warn" />`}
            <span class="toast-text">${toast.text}</span>
            ${toast.action !== undefined && html`
              <button type="button" class="button" onClick=${() => {
                toaster.dismiss(toast.id);
                toast.action?.();
              }}>${toast.actionLabel}</button>
            `}
            <${IconButton} icon="close" label="Dismiss" onClick=${() =>
              toaster.dismiss(toast.id)} />
          </div>
        `
      )}
    </div>
  `;
}
