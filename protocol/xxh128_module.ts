// @ts-types="hash-wasm"
import { createXXHash128 } from "hash-wasm/dist/index.esm.min.js";

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * Gives hash-wasm's XXH3-128, compiled once for all threads of the process: a module can be sent to workers,
 * which share its code. Each worker that loads the package itself takes 3 MB and 15 ms more.
 *
 * @returns The module; `Xxh128Digester` says how it is used.
 */
export function xxh128Module(): Promise<WebAssembly.Module> {
  return compiled ??= compile();
}

/** The package keeps what it compiles to itself, once and for all: watched while it does so. */
async function compile(): Promise<WebAssembly.Module> {
  const original = WebAssembly.compile;
  const seen: Promise<WebAssembly.Module>[] = [];
  WebAssembly.compile = (bytes): Promise<WebAssembly.Module> => {
    const module = original(bytes);
    seen.push(module);
    return module;
  };
  try {
    await createXXHash128();
  } finally {
    WebAssembly.compile = original;
  }
  // Somebody else may have compiled something at the same time.
  const module = (await Promise.all(seen)).find(isHash);
  if (module === undefined) throw new Error("hash-wasm was used before, or compiles otherwise");
  return module;
}

function isHash(module: WebAssembly.Module): boolean {
  return WebAssembly.Module.exports(module).some(({ name }) => name === "Hash_Update");
}
