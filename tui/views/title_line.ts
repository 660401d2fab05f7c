import { formatRate } from "#protocol/byte_units.ts";
import type { Link } from "../model/link.ts";
import type { Model } from "../model/model.ts";
import type { Canvas } from "./canvas.ts";
import { blank, cell, fitLine, type Line, lineColumns, segment } from "./line.ts";
import { countText } from "./place_text.ts";
import { shownText } from "./shown_text.ts";
import { secondsUntil } from "./time_text.ts";

/** Between two facts. */
const GAP = 3;
/** The address keeps this much. */
const LEAST_ADDRESS = 9;

/** Draws the top border: the program, the server, whether it is there, and how busy it is. */
export function putTitle(canvas: Canvas, model: Model): void {
  canvas.rule(0, "╭╮");
  const room = canvas.columns - 4;
  const name: Line = [blank(1), segment("Sluice", "accent"), blank(2)];
  const { state, reason } = linkState(model.link, model.nowMs);
  const address = shownText(model.serverAddress);
  const forAddress = Math.max(LEAST_ADDRESS, room - lineColumns(name) - lineColumns(state) - 1);
  const line = [
    ...name,
    segment(cell(address, forAddress, { cut: "middle" }).text.trimEnd()),
    blank(1),
    ...state,
  ];
  const left = Math.max(0, room - lineColumns(line));
  const rest = reason === ""
    ? facts(model, left)
    : [segment(cell(`: ${reason}`, left).text.trimEnd())];
  canvas.put(
    0,
    1,
    fitLine(
      [...line, ...rest, blank(1)],
      Math.min(
        canvas.columns - 2,
        lineColumns(line) + lineColumns(rest) + 1,
      ),
    ),
  );
}

/** Whether the server is there, and why not: fit for a cell. */
function linkState(link: Link, nowMs: number): { readonly state: Line; readonly reason: string } {
  switch (link.state) {
    case "online":
      return { state: [segment("●", "good"), segment(" online")], reason: "" };
    case "connecting":
      return { state: [segment("○", "warn"), segment(" connecting")], reason: "" };
    case "offline": {
      const seconds = secondsUntil(link.retryAtMs, nowMs);
      const when = seconds === 0 ? "trying again" : `next try in ${seconds} s`;
      return {
        state: [segment("○", "bad"), segment(` offline, ${when}`, "bad")],
        reason: shownText(link.reason),
      };
    }
    default:
      return link satisfies never;
  }
}

/** Those that find no room are left out: rates stay longest. */
function facts(model: Model, room: number): Line {
  const { snapshot } = model.server;
  if (model.link.state !== "online" || snapshot === undefined) return [];
  const rates: Line = [
    segment("↓", "accent"),
    segment(` ${formatRate(snapshot.rates.down)}  `),
    segment("↑", "accent"),
    segment(` ${formatRate(snapshot.rates.up)}`),
  ];
  const connections = countText(snapshot.connections.open, "connection");
  const workers = `${countText(snapshot.workers.leased, "worker")} busy`;
  const choices: readonly (readonly Line[])[] = [
    [[segment(`${connections}  ${workers}`)], rates],
    [[segment(connections)], rates],
    [rates],
  ];
  const lines = choices.map((parts) => parts.flatMap((part) => [blank(GAP), ...part]));
  return lines.find((line) => lineColumns(line) <= room) ?? [];
}
