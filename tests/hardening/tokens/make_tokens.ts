import { join } from "node:path";
import type { AccessRole } from "#protocol/access_role.ts";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import { TokenStore } from "#server/access/token_store.ts";

/** What a token is for. */
export interface TokenWish {
  /** @default "reader" */
  readonly role?: AccessRole;
  /** The folder that it is confined to. @default "", root */
  readonly base?: string;
}

/**
 * Makes tokens beside a server that runs, or has run.
 *
 * @param root The served folder.
 * @param wishes What each is for, by their names.
 * @returns The tokens, by their names.
 */
export function makeTokens<Name extends string>(
  root: string,
  wishes: Readonly<Record<Name, TokenWish>>,
): Readonly<Record<Name, string>> {
  const store = new TokenStore(join(root, STATE_FOLDER));
  const tokens: Partial<Record<Name, string>> = {};
  for (const name in wishes) {
    const { role = "reader", base = "" } = wishes[name];
    tokens[name] = store.create({
      name,
      role,
      base: parseRemotePath(base),
      expiresAtMs: undefined,
    });
  }
  return tokens as Record<Name, string>;
}
