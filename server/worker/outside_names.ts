import type { Access } from "../access/access.ts";
import type { AuditEntry } from "../audit/audit_entry.ts";
import type { ClientDeed } from "../audit/audit_gatherer.ts";
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

  /** An entry of the audit log, with who did it. */
  deed(deed: ClientDeed): ClientDeed & Pick<AuditEntry, "token"> {
    const { token } = this.#access;
    const { path, target } = deed;
    return {
      ...(token === undefined ? {} : { token: token.name }),
      ...deed,
      ...(path === undefined ? {} : { path: this.#outer(path) }),
      ...(target === undefined ? {} : { target: this.#outer(target) }),
    };
  }

  #outer(path: string): string {
    return outerPath(this.#access.base, path);
  }
}
