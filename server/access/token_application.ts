import {
  type Application,
  buildApplication,
  buildCommand,
  buildRouteMap,
  type Command,
  type CommandContext,
} from "@stricli/core";
import { ACCESS_ROLES, type AccessRole } from "#protocol/access_role.ts";
import { parseBytes } from "#protocol/byte_units.ts";
import { parseDuration } from "#protocol/duration.ts";
import { parseTokenName } from "./token_name.ts";

/** Flags that say which root the tokens are for. */
export interface TokenFlags {
  readonly root?: string;
  readonly config?: string;
}

/** Flags of `token create`. */
export interface CreateTokenFlags extends TokenFlags {
  readonly role: AccessRole;
  readonly path?: string;
  /** Most bytes of what is in its folder. */
  readonly quota?: number;
  /** How long it lives, in ms. */
  readonly expires?: number;
}

/** Flags of `token list`. */
export interface ListTokensFlags extends TokenFlags {
  readonly json: boolean;
}

/** What the commands do. */
export interface TokenActions {
  create(name: string, flags: CreateTokenFlags): Promise<void>;
  list(flags: ListTokensFlags): Promise<void>;
  revoke(name: string, flags: TokenFlags): Promise<void>;
}

/** Context of the token commands. */
export interface TokenContext extends CommandContext {
  readonly actions: TokenActions;
}

const rootFlags = {
  root: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "The folder that the server serves (SLUICE_ROOT, then server_files)",
    placeholder: "folder",
  },
  config: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "The server's configuration file",
    placeholder: "file",
  },
} as const;

const name = {
  kind: "tuple",
  parameters: [{ parse: parseTokenName, brief: "Name of the token", placeholder: "NAME" }],
} as const;

const create: Command<TokenContext> = buildCommand<CreateTokenFlags, [string], TokenContext>({
  func(flags: CreateTokenFlags, name: string): Promise<void> {
    return this.actions.create(name, flags);
  },
  parameters: {
    flags: {
      role: { kind: "enum", values: [...ACCESS_ROLES], brief: "What it allows" },
      path: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Folder that looks like root to who has it; made when missing",
        placeholder: "/sub",
      },
      quota: {
        kind: "parsed",
        parse: parseQuota,
        optional: true,
        brief: "Most bytes in that folder, its trash included, such as 10GB (default no limit)",
        placeholder: "size",
      },
      expires: {
        kind: "parsed",
        parse: parseLife,
        optional: true,
        brief: "How long it lives, such as 30d or 12h (default for ever)",
        placeholder: "time",
      },
      ...rootFlags,
    },
    positional: name,
  },
  docs: {
    brief: "Make a token and print it, once",
    customUsage: ["NAME --role reader|writer|admin [--path /sub] [--quota 10GB] [--expires 30d]"],
  },
});

const list: Command<TokenContext> = buildCommand<ListTokensFlags, [], TokenContext>({
  func(flags: ListTokensFlags): Promise<void> {
    return this.actions.list(flags);
  },
  parameters: {
    flags: {
      json: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Print JSON, one object per line",
      },
      ...rootFlags,
    },
  },
  docs: { brief: "Show the tokens, without their secrets" },
});

const revoke: Command<TokenContext> = buildCommand<TokenFlags, [string], TokenContext>({
  func(flags: TokenFlags, name: string): Promise<void> {
    return this.actions.revoke(name, flags);
  },
  parameters: { flags: rootFlags, positional: name },
  docs: { brief: "End a token, and the connections that use it within 5 s" },
});

function parseLife(text: string): number {
  const ms = parseDuration(text);
  if (ms > 0) return ms;
  throw new RangeError(
    `Cannot use "${text}" for --expires: a token lives for some time, such as 30d`,
  );
}

function parseQuota(text: string): number {
  const bytes = parseBytes(text);
  if (bytes > 0) return bytes;
  throw new RangeError(`Cannot use "${text}" for --quota: write a size, such as 10GB`);
}

/**
 * The command line `deno task server token …`.
 *
 * @returns An application for Stricli's `run`.
 */
export function buildTokenApplication(): Application<TokenContext> {
  const routes = buildRouteMap({
    routes: { create, list, revoke },
    docs: {
      brief: "Say who may use a server, and for what",
      fullDescription:
        "Access tokens of a server. From the first one on, the server asks everybody for one.\n" +
        "reader: list, download, search. writer: also upload, rename, delete into the trash.\n" +
        "admin: also delete for good, and see what everybody does.\n" +
        "A server that runs notices within a second; it need not run.",
    },
  });
  return buildApplication(routes, {
    name: "deno task server token",
    scanner: { caseStyle: "allow-kebab-for-camel" },
    documentation: { disableAnsiColor: true },
  });
}
