import type { Hono } from "hono";
import type { FoundEntry } from "#client/mod.ts";
import type { GatewayContext } from "../gateway_context.ts";
import { tellError } from "../http/error_response.ts";
import { queryNumber, querySwitch, queryText } from "../http/query.ts";

const DEFAULT_LIMIT = 1000;
const MAX_LIMIT = 1_000_000;
/** Lines that go out together. */
const BATCH_BYTES = 32 * 1024;
/** Lines that are found slowly go out after this time. */
const BATCH_MS = 50;

/** Adds the search, which streams one JSON object per line (docs/web.md §3). */
export function addSearchRoute(app: Hono, gateway: GatewayContext): void {
  app.get("/api/search", async (context) => {
    const query = (name: string): string | undefined => context.req.query(name);
    const stop = new AbortController();
    let isCut = false;
    const options = {
      pattern: queryText(query, "pattern"),
      limit: queryNumber(query, "limit", MAX_LIMIT) ?? DEFAULT_LIMIT,
      isCaseSensitive: querySwitch(query, "caseSensitive"),
      signal: AbortSignal.any([stop.signal, context.req.raw.signal]),
      onCut: (): void => void (isCut = true),
    };
    const entries = gateway.client.find(query("path") ?? "", options);
    // What is refused at once is refused with a status.
    const first = await entries.next();
    const lines = linesOf(gateway, first, entries, () => isCut);
    return new Response(streamText(lines, () => stop.abort()), {
      headers: {
        "Content-Type": "application/x-ndjson",
        "Cache-Control": "no-store, no-transform",
      },
    });
  });
}

async function* linesOf(
  gateway: GatewayContext,
  first: IteratorResult<FoundEntry, void>,
  rest: AsyncGenerator<FoundEntry, void, void>,
  isCut: () => boolean,
): AsyncGenerator<string, void, void> {
  let found = 0;
  let text = "";
  let sentAtMs = performance.now();
  try {
    for (let next = first; !next.done; next = await rest.next()) {
      found++;
      text += `${JSON.stringify({ entry: next.value })}\n`;
      if (text.length < BATCH_BYTES && performance.now() - sentAtMs < BATCH_MS) continue;
      yield text;
      text = "";
      sentAtMs = performance.now();
    }
    yield `${text}${JSON.stringify({ end: { found, isCut: isCut() } })}\n`;
  } catch (error) {
    const { code, message, id } = tellError(error, gateway.onFault);
    yield `${text}${JSON.stringify({ error: { code, message, id } })}\n`;
  } finally {
    await rest.return();
  }
}

function streamText(
  lines: AsyncGenerator<string, void, void>,
  onCancel: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller): Promise<void> {
      const { done, value } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel(): Promise<void> {
      onCancel();
      await lines.return();
    },
  }, { highWaterMark: 0 });
}
