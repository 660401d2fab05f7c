/**
 * Import this before playwright-core. When it is loaded it asks whether this is Linux inside Windows
 * by looking below /proc, which Deno grants to programs with all permissions only; with this variable
 * it does not ask.
 *
 * @module
 */
Deno.env.set("__IS_WSL_TEST__", "1");
