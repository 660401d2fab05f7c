import type { SluiceError } from "#protocol/sluice_error.ts";
import { TokenKeeper } from "../token_keeper.ts";
import type { ConnectOptions } from "./client_api.ts";
import { isInteractive, type Terminal } from "./terminal.ts";
import { whenUsed } from "./when_used.ts";

/** Loaded for those who need it. */
const PARTS = {
  askToken: (): Promise<typeof import("./prompt/ask_token.ts")> =>
    import(whenUsed("./prompt/ask_token.ts")),
  readTokenFile: (): Promise<typeof import("../read_token_file.ts")> =>
    import(whenUsed("../read_token_file.ts")),
} as const;

/** What the command line knows of access tokens. */
export interface CliTokensOptions {
  readonly terminal: Terminal;
  /** Value of `SLUICE_TOKEN`. */
  readonly variable: string | undefined;
  /** Makes the path that a person typed an absolute one. */
  readonly locate: (path: string) => Promise<string>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Finds the access token of each command: `--token-file`, `SLUICE_TOKEN`, then the person. */
export class CliTokens {
  readonly #options: CliTokensOptions;
  /** What a person typed, by server: the menu's next command needs it, too. */
  readonly #typed = new Map<string, TokenKeeper>();

  /** @param options What the process gives. */
  constructor(options: CliTokensOptions) {
    this.#options = options;
  }

  /**
   * Gives what keeps the token of one client.
   *
   * @param options How the command wants its client.
   * @param server The server as typed; undefined for the default.
   * @throws {SluiceError} When the token file cannot be used.
   */
  async keeperOf(options: ConnectOptions, server: string | undefined): Promise<TokenKeeper> {
    const { terminal, variable, locate } = this.#options;
    if (options.tokenFile !== undefined) {
      const { readTokenFile } = await PARTS.readTokenFile();
      return new TokenKeeper({ token: await readTokenFile(await locate(options.tokenFile)) });
    }
    if (variable !== undefined && variable !== "") {
      return new TokenKeeper({ token: variable.trim() });
    }
    if (!options.mayAsk || !isInteractive(terminal)) return new TokenKeeper();
    const name = server ?? "";
    const keeper = this.#typed.get(name) ?? this.#makeAsking(name);
    this.#typed.set(name, keeper);
    return keeper;
  }

  #makeAsking(server: string): TokenKeeper {
    const { terminal, signal } = this.#options;
    const ask = async (refusal: SluiceError): Promise<string | undefined> => {
      const { askForToken } = await PARTS.askToken();
      return await askForToken(terminal, server, refusal, signal);
    };
    return new TokenKeeper({ ask });
  }
}
