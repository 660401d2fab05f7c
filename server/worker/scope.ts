import type { FromWorker, ToWorker } from "../channel.ts";

/** The worker's global scope: TypeScript's default library types the window's. */
export const scope = self as unknown as {
  onmessage: (message: MessageEvent<ToWorker>) => void;
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
};
