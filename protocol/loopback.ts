/**
 * Says whether only programs of this machine can reach an address.
 *
 * @param host Name or address.
 * @returns Whether it is of the loopback network (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
 */
export function isLoopback(host: string): boolean {
  const bare = host.trim().toLowerCase().replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  if (bare === "localhost" || bare === "::1" || bare === "0:0:0:0:0:0:0:1") return true;
  const octets = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(bare)?.slice(1);
  return octets !== undefined && octets[0] === "127" &&
    octets.every((octet) => Number(octet) < 256);
}
