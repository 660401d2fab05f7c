/**
 * One process of a server that runs several on one port; started by the first one, which tells it on stdin what
 * to do. When stdin ends, because the first process has ended in whatever way, it stops, too.
 *
 * @module
 */
import { escapeText } from "#protocol/escape_text.ts";
import type { ThrottleChange } from "#protocol/throttle.ts";
import { configureLog, type LogLevel } from "../log_output.ts";
import { startMember } from "../start_server.ts";
import type { ServerMember } from "../server.ts";
import { explainStart } from "../explain_start.ts";
import {
  encodeMessage,
  type FromProcess,
  readMessages,
  type ToProcess,
  trustToProcess,
} from "./messages.ts";

/** How soon the others hear of a change. */
const TELL_MS = 250;
/** Times of {@linkcode TELL_MS} after which a process without news gives a sign of life. */
const BEAT_TURNS = 4;

let server: ServerMember | undefined;
let setLogLevel: (level: LogLevel) => Promise<void> = () => Promise.resolve();
/** Rates that the first process is still to be told. */
let throttle: ThrottleChange | undefined;
let telling: Promise<void> = Promise.resolve();
/** Whether somebody watches another process. */
let isWatchedElsewhere = false;
let told = "";
let turns = 0;
let isTelling = false;
let isStopping = false;
let wasToldToStop = false;

async function main(): Promise<void> {
  // Ctrl-C reaches all processes of a terminal; the first one decides what it means.
  Deno.addSignalListener("SIGINT", () => {});
  // A new certificate comes from the first process, too. Without this a terminal that closes would end this one at once.
  Deno.addSignalListener("SIGHUP", () => {});
  // A service manager may ask each process by itself; the first one asks, too, and that is once, not twice.
  Deno.addSignalListener("SIGTERM", stop);
  for await (const message of readMessages(Deno.stdin.readable, trustToProcess)) {
    await obey(message);
  }
  stop();
}

async function obey(message: ToProcess): Promise<void> {
  switch (message.type) {
    case "start":
      return await start(message);
    case "others":
      isWatchedElsewhere = message.isWatched;
      return server?.noteOthers(message.counts, message.running);
    case "limits":
      return change(message);
    case "logLevel":
      return await setLogLevel(message.level);
    case "reopenAudit":
      return server?.controls.reopenAudit();
    case "certificate":
      return server?.renewCertificate(message.tls);
    case "stop":
      if (wasToldToStop) return void server?.stop();
      wasToldToStop = true;
      return stop();
    default:
      message satisfies never;
  }
}

async function start(message: Extract<ToProcess, { type: "start" }>): Promise<void> {
  const { settings, member, logFormat, log } = message;
  setLogLevel = (level) => configureLog(logFormat, { ...log, level });
  await configureLog(logFormat, log);
  try {
    const onThrottle = (change: ThrottleChange): void => void tellThrottle(change);
    server = await startMember(settings, { member, onThrottle });
  } catch (error) {
    await tell({ type: "failed", message: explainStart(error) });
    Deno.exit(1);
  }
  await tell({ type: "ready", pid: Deno.pid, runtime: Deno.version.deno });
  setInterval(tellCounts, TELL_MS);
}

function change({ settings, fleet }: Extract<ToProcess, { type: "limits" }>): void {
  if (server?.fleet === undefined) return;
  const { throttle, limits, maxConnections } = settings;
  const { rate, ratePerConnection } = throttle;
  server.controls.setThrottle({ rate, ratePerConnection });
  server.controls.setLimits(limits);
  server.controls.setMaxConnections(maxConnections);
  server.fleet.limits = fleet;
}

function tellCounts(): void {
  // A first process that stands still reads nothing: that must not hold up this one.
  if (server === undefined || isTelling) return;
  const counts = server.counts(isWatchedElsewhere);
  const { isWatched, observed } = server;
  const message: FromProcess = { type: "counts", counts, isWatched, observed };
  const text = JSON.stringify(message);
  if (text === told && ++turns < BEAT_TURNS) return;
  told = text;
  turns = 0;
  isTelling = true;
  void tell(message).finally(() => isTelling = false);
}

function stop(): void {
  if (isStopping) return;
  isStopping = true;
  void (server?.stop() ?? Promise.resolve()).then(() => Deno.exit(0));
}

/** While the first process does not read, only the latest rates wait. */
async function tellThrottle(change: ThrottleChange): Promise<void> {
  const isWaiting = throttle !== undefined;
  throttle = { ...throttle, ...change };
  if (isWaiting) return;
  // What waits for its turn may still change.
  await telling;
  const latest = throttle;
  throttle = undefined;
  await tell({ type: "throttle", change: latest });
}

/** Writes one message after the other. */
function tell(message: FromProcess): Promise<void> {
  telling = telling.then(() => write(message));
  return telling;
}

async function write(message: FromProcess): Promise<void> {
  const bytes = encodeMessage(message);
  try {
    for (let at = 0; at < bytes.byteLength;) at += await Deno.stdout.write(bytes.subarray(at));
  } catch {
    // The first process is gone; the end of stdin says so, too.
  }
}

// A fault that nothing caught is logged and survived: one bad request must not end the others.
globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  const text = `sluice: unhandled fault: ${escapeText(String(event.reason?.stack))}\n`;
  Deno.stderr.writeSync(new TextEncoder().encode(text));
});

await main();
