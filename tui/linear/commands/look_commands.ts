import { formatBytes } from "#protocol/byte_units.ts";
import { formatLocalTime } from "#client/cli/output/local_time.ts";
import type { Effect } from "../../model/effect.ts";
import type { PaneEntry, Side } from "../../model/pane.ts";
import { previewLines } from "../../model/preview_lines.ts";
import { pathIn } from "../../update/pane_paths.ts";
import type { LinearCommand, LinearContext } from "../linear_context.ts";
import { chooseEntries, chooseSide } from "./choose_entries.ts";

/** Looking into files. */
export const lookCommands: readonly LinearCommand[] = [
  { label: "preview a file", run: (context) => look(context, "Preview which one", preview) },
  { label: "details", run: (context) => look(context, "Details of which one", details) },
  { label: "checksum", run: (context) => look(context, "Checksum of which one", checksum) },
  { label: "search the server", run: search },
];

type Look = (context: LinearContext, side: Side, path: string) => Promise<void>;

async function look(context: LinearContext, question: string, act: Look): Promise<void> {
  const side = await chooseSide(context);
  if (side === undefined) return;
  const [entry]: readonly PaneEntry[] = await chooseEntries(context, side, question, false);
  if (entry === undefined) return;
  await act(context, side, pathIn(side, context.session.model.panes[side].folder, entry.name));
}

const preview: Look = async ({ desk, session, fail }, side, path) => {
  const effect: Effect = { kind: "loadPreview", side, path };
  const answer = await session.answer(effect, "previewLoaded", "lookFailed");
  if (answer.kind === "lookFailed") return fail(answer.reason);
  const { isBinary, lines } = previewLines(answer.preview);
  const what = isBinary ? "not text, in hex" : "text";
  const { bytes, sizeBytes } = answer.preview;
  const share = `${formatBytes(bytes.byteLength)} of ${formatBytes(sizeBytes)}`;
  desk.sayPaged([`${path}, ${what}, ${share}:`, ...lines]);
};

const details: Look = async ({ desk, session, fail }, side, path) => {
  const effect: Effect = { kind: "loadDetails", side, path };
  const answer = await session.answer(effect, "detailsLoaded", "lookFailed");
  if (answer.kind === "lookFailed") return fail(answer.reason);
  const { kind, sizeBytes, modifiedAtMs, digests } = answer.stat;
  desk.say(
    `Path: ${path}`,
    `Kind: ${kind}`,
    ...(kind === "file" ? [`Size: ${formatBytes(sizeBytes)}, ${sizeBytes} bytes`] : []),
    `Changed: ${formatLocalTime(modifiedAtMs)}`,
    ...digests.map((digest) => `Checksum: ${digest}`),
  );
};

const checksum: Look = async ({ desk, session, fail }, side, path) => {
  const effect: Effect = { kind: "loadDigest", side, path };
  const answer = await session.answer(effect, "digestLoaded", "lookFailed");
  if (answer.kind === "lookFailed") return fail(answer.reason);
  desk.say(`${answer.digest}  ${path}`);
};

async function search(context: LinearContext): Promise<void> {
  const { desk, session, fail } = context;
  const pattern = await desk.ask("Part of a name, or a pattern such as *.txt");
  if (pattern === undefined || pattern === "") return;
  const { folder } = session.model.panes.server;
  const found: string[] = [];
  const stop = session.listen((body) => {
    if (body.kind !== "found") return;
    for (const { path, kind, sizeBytes } of body.entries) {
      found.push(`  ${path}, ${kind === "file" ? formatBytes(sizeBytes) : kind}`);
    }
  });
  try {
    const searchId = session.nextNumber();
    const end = await session.answer({ kind: "search", searchId, folder, pattern }, "searchEnded");
    if (end.reason !== undefined) fail(end.reason);
    const cut = end.isCut ? ", the first of many" : "";
    desk.sayPaged([`Found ${found.length} below /${folder}${cut}:`, ...found]);
  } finally {
    stop();
  }
}
