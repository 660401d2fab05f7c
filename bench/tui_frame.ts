/**
 * Measures what one frame of the terminal client costs: drawing its lines, and with ink in between.
 *
 * `deno run --allow-env --allow-read --allow-sys bench/tui_frame.ts`
 */
import process from "node:process";
import { sampleModel } from "#tests/tui/views/sample_models.ts";
import { transfer } from "#tests/tui/views/sample_transfers.ts";
import type { Model } from "#tui/model/model.ts";
import { ScreenWriter } from "#tui/terminal/screen_writer.ts";
import { screenLines } from "#tui/views/screen_lines.ts";

// What ink and React read when they are imported.
process.env["NODE_ENV"] = "production";
const { createElement } = await import("react");
const { FrameSource } = await import("#tui/terminal/frame_source.ts");
const { App } = await import("#tui/views/app.tsx");

const COLUMNS = 120;
const ROWS = 40;
const SIZE = { columns: COLUMNS, rows: ROWS };
const WARM_UP = 50;
const FRAMES = 300;
const STYLE = { color: true };

/** A pane of 20,000 files and eight transfers that have moved on by some bytes. */
function busyModel(frame: number): Model {
  const model = sampleModel(COLUMNS, ROWS);
  const nowMs = model.nowMs + frame * 100;
  return {
    ...model,
    nowMs,
    panes: {
      ...model.panes,
      server: { ...model.panes.server, entries: ENTRIES, rows: ENTRIES, cursor: frame, top: frame },
    },
    transfers: {
      ...model.transfers,
      rows: Array.from(
        { length: 8 },
        (_, index) =>
          transfer(nowMs, index + 1, `video ${index}.mp4`, {
            progress: {
              state: "moving",
              doneBytes: (frame + index) * 810_000,
              totalBytes: 812_000_000,
              resumedFromBytes: 0,
            },
            samples: [{ atMs: nowMs - 5_000, bytes: 0 }, { atMs: nowMs, bytes: frame * 810_000 }],
            sparkline: [2, 4, 7, 6, 7, 8, (frame % 9) + 1],
          }),
      ),
    },
  };
}

const ENTRIES = Array.from({ length: 20_000 }, (_, index) => ({
  name: index % 10 === 0 ? `写真 ${index}.jpg` : `file ${index}.txt`,
  kind: "file" as const,
  sizeBytes: index * 1_000,
  modifiedAtMs: 1_773_500_000_000 - index * 60_000,
}));

/** Wall time of each call in ms, without the first ones, in which code is compiled. */
function measure(act: (frame: number) => void): string {
  for (let frame = 0; frame < WARM_UP; frame++) act(frame);
  const began = performance.now();
  for (let frame = WARM_UP; frame < WARM_UP + FRAMES; frame++) act(frame);
  return ((performance.now() - began) / FRAMES).toFixed(2);
}

const models = Array.from({ length: FRAMES + WARM_UP }, (_, frame) => busyModel(frame));
const modelOf = (frame: number): Model => models[frame] ?? busyModel(frame);

const drawn = measure((frame) => {
  screenLines(modelOf(frame), STYLE);
});
console.log(`lines of a frame, ${COLUMNS}×${ROWS}, 20,000 entries, 8 transfers: ${drawn} ms`);

const source = new FrameSource((error) => {
  throw error;
});
let bytes = 0;
const writer = new ScreenWriter((text) => {
  bytes += text.length;
  return Promise.resolve();
});
const usedBefore = process.cpuUsage();
const shown = measure((frame) => {
  writer.show(
    source.frame(createElement(App, { model: modelOf(frame), style: STYLE }), SIZE),
    SIZE,
  );
});
const used = process.cpuUsage(usedBefore);
const cpuMs = (used.user + used.system) / 1000 / (FRAMES + WARM_UP);
console.log(
  `with ink and the writer: ${shown} ms, ${cpuMs.toFixed(2)} ms of CPU, ` +
    `${Math.round(bytes / (FRAMES + WARM_UP))} characters a frame; ` +
    `at 10 frames a second ${cpuMs.toFixed(1)}% of a core`,
);
