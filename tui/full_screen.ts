import { formatServerAddress } from "#client/address.ts";
import type { ServerAddress } from "#client/types.ts";
import type { Update } from "./model/effect.ts";
import { initialModel } from "./model/initial_model.ts";
import type { Model } from "./model/model.ts";
import { Program, type ProgramEffects } from "./program.ts";
import type { ScreenTerminal } from "./terminal/screen_terminal.ts";
import { start, update } from "./update/update.ts";
import { screenLines } from "./views/screen_lines.ts";

/** What the full screen begins with. */
export interface FullScreenOptions {
  readonly terminal: ScreenTerminal;
  readonly server: ServerAddress;
  /** An absolute path. */
  readonly localFolder: string;
  readonly homeFolder: string | undefined;
  /** How many transfers may run at once. */
  readonly jobs: number;
  /** Access token to begin with. */
  readonly token?: string | undefined;
  /** Whether colours are used. */
  readonly hasColor: boolean;
  /** Changes what the screen begins with; as it is when left out. */
  readonly begin?: (first: Update<Model>) => Update<Model>;
  /** Told each change of the model. */
  readonly onModel?: (model: Model) => void;
}

/** The full screen: `run()` shows it until its end. */
export function fullScreen(options: FullScreenOptions): Program {
  const { terminal, server, begin = (first) => first, onModel } = options;
  const model = initialModel({
    ...terminal.size(),
    nowMs: Date.now(),
    serverAddress: formatServerAddress(server),
    localFolder: options.localFolder,
    ...(options.homeFolder === undefined ? {} : { homeFolder: options.homeFolder }),
    jobs: options.jobs,
  });
  const style = { color: options.hasColor };
  // Ink takes longer to load than everything else: the first frames, with the same lines, do not
  // wait for it.
  let draw = (shown: Model): string => screenLines(shown, style).join("\n");
  const program = new Program({
    terminal,
    first: begin(start(model)),
    update: onModel === undefined ? update : (before, message) => {
      const next = update(before, message);
      onModel(next.model);
      return next;
    },
    draw: (shown) => draw(shown),
    async makeEffects(post): Promise<ProgramEffects> {
      const { EffectRunner } = await import("./effects/effect_runner.ts");
      import("./ink_draw.tsx")
        .then(({ inkDraw }) => draw = inkDraw(style, (error) => program.fail(error)))
        .catch((error) => program.fail(error));
      return new EffectRunner({ server, post, token: options.token });
    },
  });
  return program;
}
