import type { Access } from "../access/access.ts";
import type { WorkerEvent } from "../channel.ts";
import type { DoneOperation, NewHistoryRecord } from "../storage/history_store.ts";
import { outerPath } from "../storage/subtree.ts";

/** Names what a lease did as those know it who see all of root: for the history and the log. */
export class OutsideNames {
  readonly #access: Access;

  /** @param access Who the lease acts for, and where that one's paths begin. */
  constructor(access: Access) {
    this.#access = access;
  }

  /** A record of the history, with who did it. */
  record(done: DoneOperation): NewHistoryRecord {
    const { token } = this.#access;
    const { target } = done;
    return {
      ...done,
      path: this.#outer(done.path),
      ...(target === undefined ? {} : { target: this.#outer(target) }),
      ...(token === undefined ? {} : { token: token.name, tokenId: token.id }),
    };
  }

  /** A line of the log. What was said to the client stays as it was said. */
  event(event: WorkerEvent): WorkerEvent {
    if (this.#access.base === "") return event;
    const { paths } = event;
    return {
      ...event,
      path: this.#outer(event.path),
      ...(paths === undefined ? {} : { paths: paths.map((path) => this.#outer(path)) }),
    };
  }

  #outer(path: string): string {
    return outerPath(this.#access.base, path);
  }
}
