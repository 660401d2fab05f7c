/**
 * Says under which `Host` a request may come. A page of another site whose name was pointed here (DNS rebinding)
 * sends that name, which is none of these.
 *
 * @param bound Address that the gateway is bound to.
 * @param port Its port.
 * @returns Whether a value of `Host` is the gateway's own.
 */
export function hostJudge(bound: string, port: number): (host: string) => boolean {
  const suffix = `:${port}`;
  const isAny = bound === "0.0.0.0" || bound === "::";
  const isLoopback = isAny || bound === "::1" || bound === "localhost" || bound.startsWith("127.");
  const names = new Set([bound.includes(":") ? `[${bound}]` : bound.toLowerCase()]);
  if (isLoopback) { for (const name of ["localhost", "127.0.0.1", "[::1]"]) names.add(name); }
  return (host) => {
    const text = host.toLowerCase();
    const name = text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
    // Without a port it is port 80.
    if (name === text && port !== 80) return false;
    return names.has(name) || (isAny && isAddress(name));
  };
}

/** Whether it is an address and not a name: nobody can point that elsewhere. */
function isAddress(name: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(name) || /^\[[0-9a-f:.]+\]$/.test(name);
}
