/** Arguments of both programs. */
export interface SplitArguments {
  readonly server: readonly string[];
  readonly web: readonly string[];
}

/** Flags of the web interface, and what it calls them itself. */
const WEB_FLAGS: ReadonlyMap<string, string> = new Map([
  ["--web-host", "--host"],
  ["--web-port", "--port"],
]);

/** Flags that both take. */
const COMMON_FLAGS: ReadonlySet<string> = new Set([
  "--tls-cert",
  "--tls-key",
  "--trusted-addresses",
]);

/**
 * Tells the flags of the web interface from those of the server, which judges all others itself.
 *
 * @param args What a person typed.
 * @returns Arguments of each, in their order.
 * @throws {RangeError} When a flag of the web interface has no value.
 */
export function splitArguments(args: readonly string[]): SplitArguments {
  const server: string[] = [];
  const web: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const [flag = "", ...rest] = (args[at] ?? "").split("=");
    const own = WEB_FLAGS.get(flag);
    if (own === undefined) {
      // Who dares it for one dares it for both.
      if (flag === "--insecure") web.push(flag);
      server.push(args[at] ?? "");
      if (!COMMON_FLAGS.has(flag)) continue;
      const value = rest.length > 0 ? rest.join("=") : args[++at];
      if (value === undefined) throw new RangeError(`Cannot use ${flag}: it needs a value`);
      if (rest.length === 0) server.push(value);
      web.push(flag, value);
      // The page is a client of the server, which shows this certificate.
      if (flag === "--tls-cert") web.push("--ca", value);
      continue;
    }
    const value = rest.length > 0 ? rest.join("=") : args[++at];
    if (value === undefined) throw new RangeError(`Cannot use ${flag}: it needs a value`);
    web.push(own, value);
  }
  return { server, web };
}
