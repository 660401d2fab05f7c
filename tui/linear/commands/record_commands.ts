import { answererText } from "#protocol/answerer_text.ts";
import { formatBytes, formatRate, formatSeconds } from "#protocol/byte_units.ts";
import type { HistoryRecord, TrashEntry } from "#protocol/replies.ts";
import { formatLocalTime } from "#client/cli/output/local_time.ts";
import { parseNumberRanges } from "#client/cli/prompt/number_ranges.ts";
import { repeatRecord } from "../../update/transfer_add.ts";
import type { LinearCommand, LinearContext } from "../linear_context.ts";
import { operate } from "./change_commands.ts";

/** What the server knows about itself and what was done. */
export const recordCommands: readonly LinearCommand[] = [
  { label: "trash: what was deleted", run: async (context) => void await listTrash(context) },
  { label: "restore from the trash", run: restore },
  { label: "empty the trash", run: empty },
  { label: "history", run: async (context) => void await listHistory(context) },
  { label: "repeat a transfer of the history", run: repeat },
  { label: "status of the server", run: showStatus },
];

async function listTrash({ desk, session, listed, fail }: LinearContext): Promise<boolean> {
  const answer = await session.answer({ kind: "loadTrash" }, "trashLoaded", "trashFailed");
  if (answer.kind === "trashFailed") {
    fail(answer.reason);
    return false;
  }
  listed.trash = answer.entries;
  const lines = answer.entries.map((entry, index) => `  ${index + 1}) ${trashText(entry)}`);
  desk.sayPaged([`In the trash: ${answer.entries.length}`, ...lines]);
  return answer.entries.length > 0;
}

async function restore(context: LinearContext): Promise<void> {
  const { desk, listed } = context;
  if (!(await listTrash(context))) return;
  const count = listed.trash.length;
  const hint = `Please type numbers from 1 to ${count}, such as 1,3-5, or all.`;
  const parse = (line: string): readonly number[] | undefined => parseNumberRanges(line, count);
  const numbers = await desk.askFor("Restore which ones (numbers, or all)", hint, parse);
  const ids = numbers?.flatMap((number) => listed.trash[number - 1]?.id ?? []) ?? [];
  if (ids.length > 0) await operate(context, { kind: "restore", ids });
  listed.entries.delete("server");
}

async function empty(context: LinearContext): Promise<void> {
  const { desk } = context;
  const question = "Remove everything in the trash for good?";
  if (!(await desk.confirm(question))) return desk.say("Nothing was removed.");
  await operate(context, { kind: "emptyTrash", ids: undefined });
}

async function listHistory({ desk, session, listed, fail }: LinearContext): Promise<boolean> {
  const loadId = session.nextNumber();
  const effect = { kind: "loadHistory", loadId, onlyFailed: false } as const;
  const answer = await session.answer(effect, "historyLoaded", "historyFailed");
  if (answer.kind === "historyFailed") {
    fail(answer.reason);
    return false;
  }
  listed.records = answer.records;
  const lines = answer.records.map((record, index) => `  ${index + 1}) ${recordText(record)}`);
  desk.sayPaged([`Done on the server, the newest first: ${lines.length}`, ...lines]);
  return lines.length > 0;
}

async function repeat(context: LinearContext): Promise<void> {
  const { desk, session, listed } = context;
  if (listed.records.length === 0 && !(await listHistory(context))) return;
  const count = listed.records.length;
  const hint = `Please type a number from 1 to ${count}.`;
  const record = await desk.askFor("Repeat which one (its number)", hint, (line) => {
    return /^\d{1,6}$/.test(line) ? listed.records[Number(line) - 1] : undefined;
  });
  if (record === undefined) return;
  if (record.operation !== "upload" && record.operation !== "download") {
    return desk.say("Only uploads and downloads can be repeated.");
  }
  const before = session.model.notice;
  session.apply(repeatRecord(session.model, record));
  const { notice } = session.model;
  if (notice !== undefined && notice !== before) context.fail(notice.text);
}

function showStatus({ desk, session: { model } }: LinearContext): Promise<void> {
  const { link, serverAddress, server: { snapshot } } = model;
  if (link.state !== "online" || snapshot === undefined) {
    const why = link.state === "offline" ? link.reason : "not connected yet";
    desk.say(`Server ${serverAddress}: ${link.state}, ${why}`);
    return Promise.resolve();
  }
  const { connections, workers, rates, waiting, uptimeSeconds, throttle, operations } = snapshot;
  const answerer = answererText(snapshot);
  desk.sayPaged([
    `Server ${serverAddress}: online, ${link.agent}, up for ${formatSeconds(uptimeSeconds)}`,
    ...(answerer === undefined ? [] : [`Answered by ${answerer}`]),
    `Connections: ${connections.open} of ${connections.max}, ${waiting} wait for a worker`,
    `Workers: ${workers.leased} busy, ${workers.idle} idle, at most ${workers.limit}`,
    `To the server ${formatRate(rates.up)}, from the server ${formatRate(rates.down)}`,
    `Throttle: ${throttleText(throttle)}`,
    ...operations.map(({ connectionId, peer, state, operation, path, rate }) => {
      const what = operation === undefined ? state : `${operation} ${path ?? ""}`;
      return `  connection ${connectionId} of ${peer}: ${what}, ${formatRate(rate)}`;
    }),
  ]);
  return Promise.resolve();
}

function throttleText(
  { rate, ratePerConnection, chunkBytes, chunkDelayMs }: {
    readonly rate: number;
    readonly ratePerConnection: number;
    readonly chunkBytes: number;
    readonly chunkDelayMs: number;
  },
): string {
  const parts = [
    ...(rate > 0 ? [`${formatRate(rate)} in all`] : []),
    ...(ratePerConnection > 0 ? [`${formatRate(ratePerConnection)} for each connection`] : []),
    ...(chunkDelayMs > 0 ? [`${formatBytes(chunkBytes)} each ${chunkDelayMs} ms`] : []),
  ];
  return parts.length === 0 ? "none" : parts.join(", ");
}

function trashText({ path, kind, sizeBytes, deletedAtMs }: TrashEntry): string {
  const what = kind === "file" ? formatBytes(sizeBytes) : kind;
  return `${path}, ${what}, deleted ${formatLocalTime(deletedAtMs)}`;
}

function recordText({ atMs, operation, path, target, bytes, outcome }: HistoryRecord): string {
  const to = target === undefined ? "" : ` to ${target}`;
  const size = bytes > 0 ? `, ${formatBytes(bytes)}` : "";
  return `${formatLocalTime(atMs)} ${operation} ${path}${to}${size}, ${outcome}`;
}
