import assert from "node:assert/strict";
import fc from "fast-check";
import { addressKey } from "#protocol/address_key.ts";

Deno.test("addressKey() takes IPv4 as it is, also where it is written as IPv6", () => {
  for (
    const address of ["10.1.2.3", "::ffff:10.1.2.3", "::FFFF:a01:203", "0:0:0:0:0:ffff:10.1.2.3"]
  ) {
    assert.equal(addressKey(address), "10.1.2.3");
  }
});

Deno.test("addressKey() takes an IPv6 address for its network of 64 bits, whatever its spelling and zone", () => {
  for (
    const address of [
      "2001:db8::1",
      "2001:DB8:0:0:ffff:ffff:ffff:ffff",
      "2001:0db8::192.168.1.1",
      "2001:db8:0:0::%eth0",
    ]
  ) {
    assert.equal(addressKey(address), "2001:db8:0:0::/64");
  }
  assert.equal(addressKey("fe80::1%eth0"), "fe80:0:0:0::/64");
  assert.equal(addressKey("::1"), "0:0:0:0::/64");
  assert.equal(addressKey("1:2:3:4:5:6:7::"), "1:2:3:4::/64");
});

Deno.test("addressKey() gives one key to two IPv6 addresses if and only if their first 64 bits are the same", () => {
  const group = fc.integer({ min: 0, max: 0xffff });
  const four = fc.array(group, { minLength: 4, maxLength: 4 });
  fc.assert(fc.property(four, four, four, four, (net, other, host, guest) => {
    const text = (groups: readonly number[]): string =>
      groups.map((value) => value.toString(16)).join(":");
    // Not of those that stand for IPv4.
    const first = [...net.with(0, net[0] || 1), ...host];
    const same = [...net.with(0, net[0] || 1), ...guest];
    const second = [...other.with(0, other[0] || 1), ...host];
    assert.equal(addressKey(text(first)), addressKey(text(same)));
    const isSame = first.slice(0, 4).join() === second.slice(0, 4).join();
    assert.equal(addressKey(text(first)) === addressKey(text(second)), isSame);
  }));
});

Deno.test("addressKey() gives back what is no address", () => {
  for (const text of ["", "localhost", "1.2.3", "::g"]) assert.equal(addressKey(text), text);
  fc.assert(fc.property(fc.string(), (text) => void addressKey(text)));
});
