/**
 * Loads a server with a mix of everything and looks at what it holds: `deno task soak [--minutes 20]`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { assertBackAtStart, assertNoGrowth } from "../process_figures.ts";
import { runSoak, SOAK_WORKERS, soakText } from "./soak.ts";

const MOST_BYTES = 50;

const { values } = parseArgs({ options: { minutes: { type: "string", default: "20" } } });
const result = await runSoak(Number(values.minutes) * 60_000, console.log);
console.log(`soak of ${values.minutes} min: ${soakText(result)}`);
assertNoGrowth(result.before, result.after, result.lastOperations, MOST_BYTES);
assertBackAtStart(result.start, result.end, SOAK_WORKERS);
console.log("passed: nothing grows, and all is back at its start");
