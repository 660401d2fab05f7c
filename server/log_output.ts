import {
  ansiColorFormatter,
  configure,
  getJsonLinesFormatter,
  getTextFormatter,
  type LogRecord,
  type TextFormatter,
} from "@logtape/logtape";

/** How log lines look. */
export const LOG_FORMATS = ["text", "json"] as const;

/** How log lines look. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/**
 * Sends the server's log to stderr, one line a record.
 *
 * @param format Text for people or JSON lines for programs.
 * @param options Whether colours may be used, and whether details are wanted.
 */
export async function configureLog(
  format: LogFormat,
  options: { readonly hasColor: boolean; readonly isVerbose: boolean },
): Promise<void> {
  const formatter = formatterOf(format, options.hasColor);
  const encoder = new TextEncoder();
  await configure({
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
      { category: "sluice", sinks: ["stderr"], lowestLevel: options.isVerbose ? "debug" : "info" },
    ],
  });
}

function formatterOf(format: LogFormat, hasColor: boolean): TextFormatter {
  if (format === "json") {
    return getJsonLinesFormatter({ message: "rendered", properties: "flatten" });
  }
  if (hasColor) return ansiColorFormatter;
  return getTextFormatter({
    timestamp: "date-time",
    format: ({ timestamp, level, message }) => `${timestamp} ${level} ${message}`,
    value: (value) => typeof value === "string" ? value : Deno.inspect(value),
  });
}
