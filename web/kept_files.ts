import xxhash128 from "hash-wasm/dist/xxhash128.umd.min.js" with { type: "text" };
import htm from "htm" with { type: "text" };
import preact from "preact" with { type: "text" };
import tus from "tus-js-client/dist/tus.min.js" with { type: "text" };

/**
 * Files of kept npm packages that the page loads below `/lib/`, as they are in the package. They are imported
 * as text, so the gateway needs no permission to read Deno's cache.
 */
export const KEPT_FILES: Readonly<Record<string, string>> = {
  /** ES module. */
  "preact.js": preact,
  /** ES module. */
  "htm.js": htm,
  /** Classic script that sets `tus`. */
  "tus.js": tus,
  /** Classic script that sets `hashwasm`. */
  "xxhash128.js": xxhash128,
};
