import { formatRate } from "#protocol/byte_units.ts";
import type { Link } from "../model/link.ts";
import type { Model } from "../model/model.ts";
import type { Canvas } from "./canvas.ts";
import { blank, cell, type Line, lineColumns, segment } from "./line.ts";
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
  const state = linkState(model.link, model.nowMs);
  const name: Line = [blank(1), segment("Sluice", "accent"), blank(2)];
  const address = shownText(model.serverAddress);
  const forAddress = Math.max(LEAST_ADDRESS, room - lineColumns(name) - lineColumns(state) - 2);
  const line = [
    ...name,
    segment(cell(address, forAddress, { cut: "middle" }).text.trimEnd()),
    blank(1),
    ...state,
  ];
  const shown = lineColumns(line) <= room
    ? [...line, ...facts(model, room - lineColumns(line))]
    : [...line.slice(0, -1), cell(line.at(-1)?.text ?? "", reasonRoom(line, room))];
  canvas.put(0, 1, [...shown, blank(1)]);
}

/** A reason that is too long is cut at its end. */
function reasonRoom(line: Line, room: number): number {
  return Math.max(0, room - lineColumns(line.slice(0, -1)));
}

function linkState(link: Link, nowMs: number): Line {
  switch (link.state) {
    case "online":
      return [segment("●", "good"), segment(" online")];
    case "connecting":
      return [segment("○", "warn"), segment(" connecting")];
    case "offline": {
      const seconds = secondsUntil(link.retryAtMs, nowMs);
      const when = seconds === 0 ? "trying again" : `next try in ${seconds} s`;
      return [
        segment("○", "bad"),
        segment(` offline, ${when}`, "bad"),
        segment(`: ${shownText(link.reason)}`),
      ];
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
