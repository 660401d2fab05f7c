import { isIPv4, isIPv6 } from "node:net";

/** Groups of an IPv6 address that name a network; who has one has 2^64 addresses. */
const NETWORK_GROUPS = 4;
/** Groups in front of an IPv4 address that is written as IPv6 (RFC 4291 §2.5.5.2). */
const MAPPED = [0, 0, 0, 0, 0, 0xffff];

/**
 * Says whom an address stands for: itself in IPv4, also where that is written as IPv6, and its network of 64 bits in
 * IPv6, of which one machine has all addresses.
 *
 * @param address Address of a peer; a zone (`%eth0`) does not count.
 * @returns One text for all spellings; what is no address is given back as it is.
 */
export function addressKey(address: string): string {
  const bare = address.replace(/%.*$/s, "");
  if (isIPv4(bare) || !isIPv6(bare)) return bare;
  const groups = groupsOf(bare);
  if (MAPPED.every((group, at) => groups[at] === group)) return ipv4Of(groups);
  const network = groups.slice(0, NETWORK_GROUPS).map((group) => group.toString(16));
  return `${network.join(":")}::/64`;
}

function groupsOf(address: string): number[] {
  const [head = "", tail] = address.split("::");
  const front = parseGroups(head);
  const back = parseGroups(tail ?? "");
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => 0);
  return [...front, ...zeros, ...back];
}

function parseGroups(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((part) => {
    if (!part.includes(".")) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function ipv4Of(groups: readonly number[]): string {
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
