/**
 * Loads a server with a mix of everything and looks at what it holds: `deno task soak [--minutes 20]`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { figuresText } from "../process_figures.ts";
import { runSoak } from "./soak.ts";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "20" } } });
const { before, after, operations } = await runSoak(Number(values.minutes) * 60_000, console.log);
console.log(
  `${operations} operations in ${values.minutes} min: ${figuresText(before)}, then ${
    figuresText(after)
  }`,
);
