import { escapeText } from "#protocol/escape_text.ts";

/**
 * Calls a function when the body of an answer is over in whatever way, without touching its chunks.
 *
 * @param stream The body. When it fails the connection is broken off: nobody may take the part for the whole.
 * @param onEnd Called at least once; further calls must do nothing.
 */
export function withEnd(
  stream: ReadableStream<Uint8Array>,
  onEnd: () => void,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream({
    async pull(controller): Promise<void> {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        onEnd();
        controller.close();
      } catch (error) {
        onEnd();
        controller.error(brokenOff(error));
      }
    },
    async cancel(reason): Promise<void> {
      onEnd();
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}

/** Deno writes what broke an answer off to stderr: one line, and no stack that means nothing there. */
function brokenOff(cause: unknown): Error {
  const why = escapeText(cause instanceof Error ? cause.message : String(cause));
  const error = new Error(why);
  error.stack = `sluice-web: broke an answer off: ${why}`;
  return error;
}
