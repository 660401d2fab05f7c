import assert from "node:assert/strict";
import { TrustedAddresses } from "#protocol/trusted_addresses.ts";

Deno.test("TrustedAddresses takes addresses and networks in all spellings", () => {
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

Deno.test("TrustedAddresses has this machine unless none is said", () => {
  const trusted = new TrustedAddresses("10.0.0.1");
  assert.ok(trusted.has("127.0.0.1") && trusted.has("::1") && trusted.has("10.0.0.1"));
  const nobody = new TrustedAddresses("none");
  assert.ok(!nobody.has("127.0.0.1") && !nobody.has("::1"));
  const one = new TrustedAddresses("none,10.0.0.1");
  assert.ok(!one.has("127.0.0.1") && one.has("10.0.0.1"));
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
