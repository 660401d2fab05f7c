import { timingSafeEqual } from "node:crypto";
import { SluiceError } from "#protocol/sluice_error.ts";
import { RoomCells } from "../limits/room_cells.ts";
import { type Access, OPEN_ACCESS, type TokenQuota } from "./access.ts";
import { hashToken, type StoredToken, TokenStore } from "./token_store.ts";

/** Options of {@linkcode AccessControl}. */
export interface AccessControlOptions {
  /** Whether a token is asked for even when none was ever made. */
  readonly isTokenRequired: boolean;
  /** Hears, once, that a token is asked for from now on. */
  readonly onAsked: () => void;
  /** Hears that the tokens cannot be read; those that were read before stay. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Decides who may use a server. As long as no token was ever made everybody may; from then on only who
 * has one. Tokens that are made or revoked while it runs count from the next
 * {@linkcode AccessControl.refresh} on.
 */
export class AccessControl {
  readonly #store: TokenStore;
  readonly #options: AccessControlOptions;
  /** By their ids. */
  #tokens: ReadonlyMap<string, StoredToken> = new Map();
  /** The store's mark when the tokens were read. */
  #mark: string | undefined;
  readonly #rooms = new Map<string, SharedArrayBuffer>();
  #isAsked: boolean;
  /** Whether the last attempt to read them failed. */
  #isTroubled = false;

  /**
   * @param statePath Path of the state folder.
   * @param options Whether to ask always, and who hears of trouble.
   */
  constructor(statePath: string, options: AccessControlOptions) {
    this.#store = new TokenStore(statePath);
    this.#options = options;
    this.#isAsked = options.isTokenRequired;
    this.refresh();
  }

  /** Whether a token is asked for. Once it is, that stays so for the life of the process. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** Looks whether tokens were made or revoked: one small read when none were. */
  refresh(): void {
    try {
      const mark = this.#store.mark();
      if (mark !== undefined) this.#startAsking();
      if (mark === undefined || mark === this.#mark) return;
      this.#tokens = new Map(this.#store.list().map((token) => [token.id, token]));
      this.#mark = mark;
      for (const id of this.#rooms.keys()) if (!this.#tokens.has(id)) this.#rooms.delete(id);
      this.#isTroubled = false;
    } catch (error) {
      // Whoever was let in before stays; tokens that were never read let nobody in.
      this.#startAsking();
      if (!this.#isTroubled) this.#options.onTrouble(error);
      this.#isTroubled = true;
    }
  }

  /**
   * Lets a client in, or not.
   *
   * @param text The token that it sent, if any.
   * @returns What it may do.
   * @throws {SluiceError} `token_required` without one, `token_refused` for one that is wrong,
   * revoked or expired: which of these is not told.
   */
  admit(text: string | undefined): Access {
    // Who has a token may have the first one, made a moment ago: it must not get more than that allows.
    if (!this.#isAsked && text !== undefined && text !== "") this.refresh();
    if (!this.#isAsked) return OPEN_ACCESS;
    if (text === undefined || text === "") throw required();
    const hash = hashToken(text);
    let token = this.#find(hash);
    if (token === undefined) {
      // It may have been made a moment ago.
      this.refresh();
      token = this.#find(hash);
    }
    if (token === undefined || !isLiving(token)) throw refused();
    const { id, name, role, base, quotaBytes } = token;
    const quota = quotaBytes === undefined ? {} : { quota: this.#quotaOf(id, quotaBytes) };
    return { role, base, token: { id, name }, ...quota };
  }

  /**
   * Looks whether an access still holds.
   *
   * @param access What {@linkcode AccessControl.admit} gave.
   * @returns Why its connections must end; `undefined` while they may stay.
   */
  lapseOf(access: Access): SluiceError | undefined {
    if (access.token === undefined) return this.#isAsked ? required() : undefined;
    const token = this.#tokens.get(access.token.id);
    return token !== undefined && isLiving(token) ? undefined : refused();
  }

  /** What is known of the room of each token that has a quota and was used. */
  get rooms(): ReadonlyMap<string, SharedArrayBuffer> {
    return this.#rooms;
  }

  #quotaOf(id: string, bytes: number): TokenQuota {
    const room = this.#rooms.get(id) ?? RoomCells.allocate();
    this.#rooms.set(id, room);
    return { bytes, room };
  }

  #startAsking(): void {
    if (!this.#isAsked) this.#options.onAsked();
    this.#isAsked = true;
  }

  /** Compares with all of them in a time that tells nothing of where they differ. */
  #find(hash: Uint8Array): StoredToken | undefined {
    let found: StoredToken | undefined;
    for (const token of this.#tokens.values()) {
      if (timingSafeEqual(token.hash, hash)) found = token;
    }
    return found;
  }
}

function isLiving({ expiresAtMs }: StoredToken): boolean {
  return expiresAtMs === undefined || Date.now() < expiresAtMs;
}

function required(): SluiceError {
  return new SluiceError(
    "token_required",
    "Cannot serve you: this server asks for an access token",
  );
}

function refused(): SluiceError {
  return new SluiceError("token_refused", "Cannot serve you: the access token is not accepted");
}
