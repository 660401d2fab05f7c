import {
  configure,
  getAnsiColorFormatter,
  getTextFormatter,
  type LogRecord,
  type TextFormatter,
} from "@logtape/logtape";

/** How log lines look. */
export const LOG_FORMATS = ["text", "json"] as const;

/** Words for the least level that is logged. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;

/** The least that is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How log lines look. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Options of {@linkcode configureLog}. */
export interface LogOptions {
  readonly hasColor: boolean;
  /** Whether details are wanted, whatever the level. */
  readonly isVerbose: boolean;
  /** The least that is logged. @default "info" */
  readonly level?: LogLevel;
  /** Which of several processes this is. */
  readonly process?: number;
}

/**
 * Sends the server's log to stderr, one line a record.
 *
 * @param format Text for people or JSON lines for programs.
 * @param options Whether colours may be used, whether details are wanted, else the least level, and which of
 * several processes this is: then each line says so. May be called again.
 */
export async function configureLog(
  format: LogFormat,
  options: LogOptions,
): Promise<void> {
  const plain = formatterOf(format, options.hasColor);
  const formatter = options.process === undefined ? plain : ofProcess(plain, options.process);
  const encoder = new TextEncoder();
  await configure({
    reset: true,
    sinks: {
      stderr: (record: LogRecord): void => {
        try {
          Deno.stderr.writeSync(encoder.encode(formatter(record)));
        } catch {
          // Whoever read the log is gone; the server goes on without one.
        }
      },
    },
    loggers: [
      { category: ["logtape", "meta"], sinks: ["stderr"], lowestLevel: "error" },
      {
        category: "sluice",
        sinks: ["stderr"],
        lowestLevel: options.isVerbose ? "debug" : options.level ?? "info",
      },
    ],
  });
}

function formatterOf(format: LogFormat, hasColor: boolean): TextFormatter {
  if (format === "json") return formatJson;
  if (hasColor) return getAnsiColorFormatter({ value: showValue });
  return getTextFormatter({
    timestamp: "date-time",
    format: ({ timestamp, level, message }) => `${timestamp} ${level} ${message}`,
    value: showValue,
  });
}

/** The text for people, and all that it was made of, as fields of one object. */
function formatJson(record: LogRecord): string {
  const message = record.message
    .map((part, index) => index % 2 === 0 ? part : showValue(part))
    .join("");
  const time = new Date(record.timestamp).toISOString();
  return `${JSON.stringify({ time, level: record.level, message, ...record.properties })}\n`;
}

/** Lines of several processes stand in one log. */
function ofProcess(format: TextFormatter, process: number): TextFormatter {
  return (record) =>
    format({
      ...record,
      message: [
        `process ${process}: ${String(record.message[0] ?? "")}`,
        ...record.message.slice(1),
      ],
      properties: { process, ...record.properties },
    });
}

// Text is escaped where it comes from; quotes around it would only be in the way.
function showValue(value: unknown): string {
  return typeof value === "string" ? value : Deno.inspect(value);
}
