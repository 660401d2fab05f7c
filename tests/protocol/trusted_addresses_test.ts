import assert from "node:assert/strict";
import { TrustedAddresses } from "#protocol/trusted_addresses.ts";

Deno.test("TrustedAddresses takes addresses, networks and the word loopback", () => {
  const trusted = new TrustedAddresses("loopback, 10.0.0.0/8,192.168.1.5,2001:db8::/32, fe80::1");
  for (
    const address of [
      "127.0.0.1",
      "127.8.9.10",
      "::1",
      "::ffff:127.0.0.1",
      "10.255.0.1",
      "::ffff:10.0.0.1",
      "192.168.1.5",
      "2001:db8:ffff::1",
      "fe80::1%eth0",
    ]
  ) {
    assert.ok(trusted.has(address), address);
  }
  for (const address of ["11.0.0.1", "192.168.1.6", "2001:db9::1", "fe80::2", "::2", "", "x"]) {
    assert.ok(!trusted.has(address), address);
  }
});

Deno.test("TrustedAddresses takes none for nobody", () => {
  const trusted = new TrustedAddresses("none");
  assert.ok(!trusted.has("127.0.0.1") && !trusted.has("::1"));
});

Deno.test("TrustedAddresses refuses what is no address, and shows it", () => {
  const many = Array.from({ length: 101 }, () => "10.0.0.1").join();
  for (
    const text of [
      "",
      ",",
      "lan",
      "10.0.0.0/33",
      "10.0.0.0/-1",
      "10.0.0.0/8/8",
      "::/129",
      "1.2.3",
      many,
    ]
  ) {
    assert.throws(() => new TrustedAddresses(text), RangeError, text);
  }
  assert.throws(() => new TrustedAddresses("loopback,lan"), /Cannot read "lan"/);
});
