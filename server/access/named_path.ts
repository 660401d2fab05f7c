import * as v from "valibot";
import { decodeControl } from "#protocol/control_payload.ts";
import { MAX_PATH_BYTES } from "#protocol/limits.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { outerPath } from "../storage/subtree.ts";
import type { Access } from "./access.ts";

const AnyObject = v.record(v.string(), v.unknown());

/**
 * Says what a request is about that nobody will serve, for the audit log; whatever it holds is no more than text there.
 *
 * @param access Who asks.
 * @param payload Of the frame that begins the request.
 * @returns Path from the real root; `undefined` when it names none.
 */
export function namedPath({ base }: Access, payload: Uint8Array): string | undefined {
  try {
    const { path, from }: Readonly<Record<string, unknown>> = decodeControl(AnyObject, payload);
    const named = typeof path === "string" ? path : from;
    if (typeof named !== "string") return undefined;
    return outerPath(base, named.slice(0, MAX_PATH_BYTES));
  } catch (error) {
    // Who serves it would say what is wrong with it; nobody will.
    if (error instanceof SluiceError) return undefined;
    throw error;
  }
}
