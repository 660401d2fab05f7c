import type { Model } from "./model/model.ts";
import { FrameSource } from "./terminal/frame_source.ts";
import { App } from "./views/app.tsx";
import type { Style } from "./views/style.ts";

/**
 * Draws with ink. React and ink look at `NODE_ENV` and `FORCE_COLOR` when this module is loaded.
 *
 * @param style How frames look.
 * @param onFailure Called when a view throws.
 * @returns Gives the frame of a model.
 */
export function inkDraw(
  style: Style,
  onFailure: (error: unknown) => void,
): (model: Model) => string {
  const frames = new FrameSource(onFailure);
  return (model) => frames.frame(<App model={model} style={style} />, model);
}
