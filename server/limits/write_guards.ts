import { join } from "../storage/local_path.ts";
import { STATE_FOLDER } from "#protocol/limits.ts";
import type { Access } from "../access/access.ts";
import { countBytes } from "./count_bytes.ts";
import { compileNameRules, type NameRules } from "./name_rules.ts";
import { Quota } from "./quota.ts";
import { RoomCells } from "./room_cells.ts";
import { countTokenShare } from "./token_share.ts";
import { WriteGuard } from "./write_guard.ts";
import type { WriteLimits } from "./write_limits.ts";

/** Makes the guard of each lease of a worker. */
export class WriteGuards {
  readonly #rootPath: string;
  readonly #limits: () => WriteLimits;
  readonly #room: RoomCells;
  readonly #quota: Quota;
  #compiled: WriteLimits | undefined;
  #rules: NameRules = compileNameRules([], []);

  /**
   * @param rootPath Real path of root.
   * @param limits Gives the limits of the moment.
   * @param room How much room there is, for the whole server.
   */
  constructor(rootPath: string, limits: () => WriteLimits, room: RoomCells) {
    this.#rootPath = rootPath;
    this.#limits = limits;
    this.#room = room;
    this.#quota = new Quota({
      of: "the server",
      bytes: () => limits().quotaBytes,
      count: (onTurn) => countBytes([rootPath], { onTurn }),
      room,
    });
  }

  /**
   * Gives the guard for what a client does.
   *
   * @param access Who the client acts for.
   */
  of(access: Access): WriteGuard {
    return new WriteGuard({
      limits: this.#limits,
      rules: () => this.#currentRules(),
      room: this.#room,
      quotas: [...this.#ofToken(access), this.#quota],
      base: access.base,
    });
  }

  #ofToken({ base, token, quota }: Access): Quota[] {
    if (token === undefined || quota === undefined) return [];
    const rootPath = this.#rootPath;
    const share = { rootPath, statePath: join(rootPath, STATE_FOLDER), base, tokenId: token.id };
    return [
      new Quota({
        of: "the access token",
        bytes: () => quota.bytes,
        count: (onTurn) => countTokenShare(share, onTurn),
        room: new RoomCells(quota.room),
      }),
    ];
  }

  #currentRules(): NameRules {
    const limits = this.#limits();
    if (limits !== this.#compiled) {
      this.#compiled = limits;
      this.#rules = compileNameRules(limits.allowNames, limits.denyNames);
    }
    return this.#rules;
  }
}
