import * as v from "valibot";
import { SluiceError } from "#protocol/sluice_error.ts";
import { HttpRefusal } from "./error_response.ts";

/**
 * Reads and checks a JSON body. The content type is required: a form of another site cannot send it unasked.
 *
 * @param request The request.
 * @param schema Its shape.
 * @param mostBytes Longest body.
 * @returns The value.
 * @throws {HttpRefusal} 415 without the content type, 413 when it is too long.
 * @throws {SluiceError} `invalid_request` when it is not of the shape.
 */
export async function readJson<S extends v.GenericSchema>(
  request: Request,
  schema: S,
  mostBytes: number,
): Promise<v.InferOutput<S>> {
  const contentType = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    const why = "its content type must be application/json";
    throw new HttpRefusal(415, "invalid_request", `Cannot read the body: ${why}`);
  }
  const text = await readText(request, mostBytes);
  return parse(schema, text);
}

function parse<S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SluiceError("invalid_request", "Cannot read the body: it is not JSON", { cause });
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue) ?? "the body";
  throw new SluiceError("invalid_request", `Cannot read the body: ${where}: ${issue.message}`);
}

async function readText(request: Request, mostBytes: number): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let bytes = 0;
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > mostBytes) {
        throw new SluiceError("too_large", `Cannot read the body: it is over ${mostBytes} bytes`);
      }
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    throw new SluiceError("invalid_request", "Cannot read the body", { cause: error });
  }
}
