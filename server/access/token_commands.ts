import { join } from "node:path";
import { formatBytes } from "#protocol/byte_units.ts";
import { escapeText } from "#protocol/escape_text.ts";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { parseRemotePath, type RemotePath, ROOT_PATH } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { prepareRoot } from "../prepare_root.ts";
import { RootFolder } from "../storage/root_folder.ts";
import type {
  CreateTokenFlags,
  ListTokensFlags,
  TokenActions,
  TokenFlags,
} from "./token_application.ts";
import { MAX_BASE_BYTES, type StoredToken, TokenStore } from "./token_store.ts";

/** What the commands need of the process. */
export interface TokenSurroundings {
  /** Finds the folder that a server with these flags would serve. */
  findRoot(flags: TokenFlags): Promise<string>;
  out(text: string): void;
  err(text: string): void;
}

/** The commands `token create`, `list` and `revoke`. */
export class TokenCommands implements TokenActions {
  readonly #around: TokenSurroundings;

  /** @param around What the process gives. */
  constructor(around: TokenSurroundings) {
    this.#around = around;
  }

  async create(name: string, flags: CreateTokenFlags): Promise<void> {
    const { role, path = "", quota: quotaBytes, expires } = flags;
    const base = parseBase(path);
    const root = await prepareRoot(await this.#around.findRoot(flags));
    new RootFolder(root).makeFolders(base, `confine token "${name}" to "/${base}"`);
    const expiresAtMs = expires === undefined ? undefined : Date.now() + expires;
    const store = new TokenStore(join(root, STATE_FOLDER));
    const text = store.create({ name, role, base, quotaBytes, expiresAtMs });
    const most = quotaBytes === undefined ? "" : `, up to ${formatBytes(quotaBytes)}`;
    const until = expiresAtMs === undefined ? "" : `, until ${new Date(expiresAtMs).toISOString()}`;
    // The secret alone on stdout, so that it can go into a file without being seen.
    this.#around.out(`${text}\n`);
    this.#around.err(
      `sluice: token "${name}" has the role ${role} in ${
        escapeText(`"/${base}"`)
      }${most}${until}; ` +
        "it is shown this once, and whoever has it has its rights\n",
    );
  }

  async list(flags: ListTokensFlags): Promise<void> {
    const store = await this.#store(flags);
    for (const token of store.list()) {
      this.#around.out(`${flags.json ? jsonOf(token) : lineOf(token)}\n`);
    }
  }

  async revoke(name: string, flags: TokenFlags): Promise<void> {
    const store = await this.#store(flags);
    store.revoke(name);
    this.#around.err(`sluice: token "${name}" is revoked\n`);
  }

  /** Makes nothing: a folder that was mistyped has no tokens. */
  async #store(flags: TokenFlags): Promise<TokenStore> {
    const root = await this.#around.findRoot(flags);
    const statePath = join(root, STATE_FOLDER);
    if (await isFolder(statePath)) return new TokenStore(statePath);
    const why = "no server has served it, and no token was made for it";
    throw new SluiceError("not_found", `Cannot read the tokens of "${root}": ${why}`);
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function parseBase(text: string): RemotePath {
  const base = parseRemotePath(text.replace(/^\/+|\/+$/g, "")) || ROOT_PATH;
  if (new TextEncoder().encode(base).byteLength <= MAX_BASE_BYTES) return base;
  throw new RangeError(`Cannot confine a token to a path of over ${MAX_BASE_BYTES} bytes`);
}

function lineOf(token: StoredToken): string {
  const { name, role, base, quotaBytes, createdAtMs, expiresAtMs } = token;
  const most = quotaBytes === undefined ? [] : [`up to ${formatBytes(quotaBytes)}`];
  const made = `made ${new Date(createdAtMs).toISOString()}`;
  return [name, role, escapeText(`/${base}`), ...most, made, lifeOf(expiresAtMs)].join("  ");
}

function lifeOf(expiresAtMs: number | undefined): string {
  if (expiresAtMs === undefined) return "for ever";
  const word = expiresAtMs <= Date.now() ? "expired" : "until";
  return `${word} ${new Date(expiresAtMs).toISOString()}`;
}

function jsonOf(token: StoredToken): string {
  const { name, role, base, ...rest } = token;
  const { quotaBytes, createdAtMs, expiresAtMs } = rest;
  const shown = { type: "token", name, role, path: `/${base}`, quotaBytes };
  return JSON.stringify({ ...shown, createdAtMs, expiresAtMs });
}
