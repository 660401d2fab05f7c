import { switchValue } from "#protocol/switch_value.ts";

/** Arguments of both programs. */
export interface SplitArguments {
  readonly server: readonly string[];
  readonly web: readonly string[];
}

/** Flags of the web interface, and what it calls them itself. */
const WEB_FLAGS: ReadonlyMap<string, string> = new Map([
  ["--web-host", "--host"],
  ["--web-port", "--port"],
  ["--public-url", "--public-url"],
]);

/** Flags that both take, and the server's variables for them. */
const COMMON_FLAGS: ReadonlyMap<string, string> = new Map([
  ["--tls-cert", "SLUICE_TLS_CERT"],
  ["--tls-key", "SLUICE_TLS_KEY"],
  ["--trusted-addresses", "SLUICE_TRUSTED_ADDRESSES"],
]);

/**
 * Tells the flags of the web interface from those of the server, which judges all others itself.
 *
 * @param args What a person typed.
 * @param variable Looks up an environment variable; the server reads its own itself, the page is given flags.
 * @returns Arguments of each, in their order.
 * @throws {RangeError} When a flag of the web interface has no value.
 */
export function splitArguments(
  args: readonly string[],
  variable: (name: string) => string | undefined = () => undefined,
): SplitArguments {
  const server: string[] = [];
  const web: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const [flag = "", ...rest] = (args[at] ?? "").split("=");
    const own = WEB_FLAGS.get(flag);
    if (own === undefined) {
      // Who dares it for one dares it for both.
      if (flag === "--insecure") web.push(args[at] ?? flag);
      server.push(args[at] ?? "");
      if (!COMMON_FLAGS.has(flag)) continue;
      const value = rest.length > 0 ? rest.join("=") : args[++at];
      if (value === undefined) throw new RangeError(`Cannot use ${flag}: it needs a value`);
      if (rest.length === 0) server.push(value);
      web.push(...forPage(flag, value));
      continue;
    }
    const value = rest.length > 0 ? rest.join("=") : args[++at];
    if (value === undefined) throw new RangeError(`Cannot use ${flag}: it needs a value`);
    web.push(own, value);
  }
  for (const [flag, name] of COMMON_FLAGS) {
    const value = variable(name) ?? "";
    if (value !== "" && !web.includes(flag)) web.push(...forPage(flag, value));
  }
  const isInsecure = switchValue(variable("SLUICE_INSECURE") ?? "") === true;
  const isSaid = web.some((arg) => arg.split("=")[0] === "--insecure");
  if (isInsecure && !isSaid) web.push("--insecure");
  return { server, web };
}

function forPage(flag: string, value: string): string[] {
  // The page is a client of the server, which shows this certificate.
  return flag === "--tls-cert" ? [flag, value, "--ca", value] : [flag, value];
}
