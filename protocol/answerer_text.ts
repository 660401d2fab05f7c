import type { ServerProcesses } from "./watch_reply.ts";

/** Who gave an answer, as STATUS and SNAPSHOT say it. */
export interface Answerer {
  readonly serverName?: string | undefined;
  readonly processes?: ServerProcesses | undefined;
}

/**
 * Says who gave an answer, where more than one could have: servers of one folder, processes of one server.
 *
 * @param answerer From STATUS or a snapshot; the server chose its name, so escape the text before it is shown.
 * @returns Such as `server "a", process 2 of 4`; `undefined` when there was only one to ask.
 */
export function answererText({ serverName, processes }: Answerer): string | undefined {
  const parts = [
    ...(serverName === undefined ? [] : [`server "${serverName}"`]),
    ...(processes === undefined ? [] : [processText(processes)]),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

function processText({ answeredBy, running, count }: ServerProcesses): string {
  const missing = running < count ? `, ${running} running` : "";
  return `process ${answeredBy} of ${count}${missing}`;
}
