import { BlockList, isIP } from "node:net";
import { addressKey } from "./address_key.ts";

/** Who is trusted when nobody says otherwise: this machine alone. */
export const DEFAULT_TRUSTED = "loopback";

const LOOPBACK = ["127.0.0.0/8", "::1"];
/** More of them only make each connection slower. */
const MOST = 100;

/** Addresses that no limit of a single address holds for. */
export class TrustedAddresses {
  readonly #list = new BlockList();

  /**
   * @param text Addresses and networks such as `10.0.0.0/8,fd00::1`. This machine is one of them, by the word `loopback` or
   * without, unless the word `none` is there.
   * @throws {RangeError} When it is something else.
   */
  constructor(text: string) {
    const parts = text.split(",").map((part) => part.trim()).filter((part) => part !== "");
    if (parts.length === 0 || parts.length > MOST) throw notAddresses(text);
    const given = parts.filter((part) => part !== "none" && part !== "loopback");
    for (const part of [...given, ...(parts.includes("none") ? [] : LOOPBACK)]) this.#add(part);
  }

  /**
   * Says whether an address is one of them.
   *
   * @param address Address of a peer.
   */
  has(address: string): boolean {
    // One address in two spellings is trusted in both.
    const key = addressKey(address);
    const bare = isIP(key) === 0 ? address.replace(/%.*$/s, "") : key;
    const family = isIP(bare);
    return family !== 0 && this.#list.check(bare, family === 4 ? "ipv4" : "ipv6");
  }

  #add(part: string): void {
    const [address = "", bits, ...rest] = part.split("/");
    const family = isIP(address);
    const most = family === 4 ? 32 : 128;
    const isBits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
    if (family === 0 || !isBits || rest.length > 0) throw notAddresses(part);
    this.#list.addSubnet(address, Number(bits ?? most), family === 4 ? "ipv4" : "ipv6");
  }
}

function notAddresses(text: string): RangeError {
  const why = "write them like 10.0.0.0/8,192.168.1.5, or none";
  return new RangeError(`Cannot read "${text}" as trusted addresses: ${why}`);
}
