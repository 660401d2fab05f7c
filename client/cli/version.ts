import { AGENT } from "#protocol/limits.ts";

/** This program's version: one constant of the protocol layer says it for client and server. */
export const VERSION: string = AGENT.slice(AGENT.indexOf("/") + 1);
