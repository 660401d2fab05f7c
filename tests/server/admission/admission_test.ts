import assert from "node:assert/strict";
import fc from "fast-check";
import { SluiceError } from "#protocol/sluice_error.ts";
import { Admission } from "#server/admission/admission.ts";
import { type AdmissionSettings, completeAdmission } from "#server/admission/admission_settings.ts";
import type { Offence } from "#server/admission/offence.ts";
import type { Visit } from "#server/admission/visit.ts";

const MAX_CONNECTIONS = 100;

/** An admission whose clock and chance a test holds in its hand. */
class World {
  nowMs = 0;
  chance = 0;
  readonly penalties: string[] = [];
  readonly admission: Admission;

  constructor(settings: Partial<AdmissionSettings> = {}) {
    this.admission = new Admission(completeAdmission(settings), {
      now: () => this.nowMs,
      random: () => this.chance,
      onPenalty: (address, offence, restMs) =>
        void this.penalties.push(`${address} ${offence} ${restMs}`),
    });
  }

  /** A visit that must be let in. */
  let(address: string): Visit {
    const entered = this.admission.enter(address, MAX_CONNECTIONS);
    if ("visit" in entered) return entered.visit;
    throw entered.rejection.error;
  }

  /** Why an address is refused. */
  why(address: string): string | undefined {
    const entered = this.admission.enter(address, MAX_CONNECTIONS);
    if ("visit" in entered) {
      entered.visit.leave();
      return undefined;
    }
    const { reason, error } = entered.rejection;
    assert.equal(error.code, "busy");
    return `${reason}: ${error.message}`;
  }

  /** An address connects, does something wrong, and leaves. */
  offend(address: string, offence: Offence): void {
    const visit = this.let(address);
    visit.offend(offence);
    visit.leave();
  }
}

Deno.test("Admission lets one address have so many connections, and another one when one goes", () => {
  const world = new World({ maxPerAddress: 2 });
  const first = world.let("10.0.0.1");
  world.let("::ffff:10.0.0.1");
  assert.match(world.why("10.0.0.1") ?? "", /^address: .* 2 are open from your address/);
  assert.equal(world.why("10.0.0.2"), undefined);
  first.leave();
  first.leave();
  world.let("10.0.0.1");
  assert.match(world.why("10.0.0.1") ?? "", /^address/);
});

Deno.test("Admission counts a network of IPv6 as one address", () => {
  const world = new World({ maxPerAddress: 1 });
  world.let("2001:db8::1");
  assert.match(world.why("2001:db8::ffff") ?? "", /^address/);
  assert.equal(world.why("2001:db8:0:1::1"), undefined);
});

Deno.test("Admission refuses an address that offends again and again, says for how long, and forgets it", () => {
  const world = new World();
  world.offend("10.0.0.1", "malformed");
  assert.equal(world.why("10.0.0.1"), undefined, "once may be a mistake");
  world.offend("10.0.0.1", "malformed");
  assert.match(world.why("10.0.0.1") ?? "", /^penalty: .*; try again in 20 s$/);
  assert.equal(world.why("10.0.0.2"), undefined);
  world.nowMs += 19_001;
  assert.match(world.why("10.0.0.1") ?? "", /; try again in 1 s$/);
  world.nowMs += 999;
  assert.equal(world.why("10.0.0.1"), undefined);
  assert.deepEqual(world.penalties, ["10.0.0.1 malformed 20000"]);
});

Deno.test("Admission takes what a connection is told for what it did", () => {
  const cases:
    readonly (readonly [ConstructorParameters<typeof SluiceError>[0], boolean, Offence?])[] = [
      ["token_refused", false, "token_refused"],
      ["token_refused", true],
      ["token_required", false, "token_missing"],
      ["protocol_error", false, "malformed"],
      ["protocol_error", true, "malformed"],
      ["invalid_request", false, "malformed"],
      ["timeout", false, "late"],
      ["timeout", true],
      ["internal", true],
      ["busy", false],
      ["stopping", true],
    ];
  for (const [code, isGreeted, offence] of cases) {
    const { admission } = new World();
    const entered = admission.enter("10.0.0.1", MAX_CONNECTIONS);
    assert.ok("visit" in entered);
    entered.visit.ended(new SluiceError(code, "x"), isGreeted);
    const { offences } = admission.counts.snapshot();
    const found = Object.entries(offences).filter(([, count]) => count > 0);
    assert.deepEqual(found, offence === undefined ? [] : [[offence, 1]], code);
  }
});

Deno.test("Admission takes a worker that crashes for an offence, and one that hangs or a fault of the server for none", () => {
  const world = new World();
  const visit = world.let("10.0.0.1");
  const why = "it did not answer for too long";
  visit.ended(new SluiceError("internal", "x", { cause: why }), true);
  visit.ended(
    new SluiceError("internal", "x", { cause: new TypeError("of the main thread") }),
    true,
  );
  assert.equal(world.why("10.0.0.1"), undefined);
  visit.ended(new SluiceError("internal", "x", { cause: "out of memory" }), true);
  assert.match(world.why("10.0.0.1") ?? "", /^penalty/);
});

Deno.test("Admission drops some connections before too many have said no hello, and all of them then", () => {
  const world = new World({ startups: { start: 2, ratePercent: 50, full: 4 } });
  const first = world.let("10.0.0.1");
  world.chance = 0;
  world.let("10.0.0.2");
  assert.match(world.why("10.0.0.3") ?? "", /^startups: .*; try again in a few seconds$/);
  world.chance = 0.6;
  world.let("10.0.0.3");
  assert.match(world.why("10.0.0.4") ?? "", /^startups/);
  world.chance = 0.8;
  world.let("10.0.0.4");
  world.chance = 0.999;
  assert.match(world.why("10.0.0.5") ?? "", /^startups/);
  first.greeted();
  first.greeted();
  world.let("10.0.0.5");
  assert.match(world.why("10.0.0.6") ?? "", /^startups/);
});

Deno.test("Admission always lets trusted addresses in, and counts what they do", () => {
  const limits = { maxPerAddress: 1, startups: { start: 1, ratePercent: 100, full: 1 } };
  const world = new World({ ...limits, trustedAddresses: "loopback,10.0.0.0/8" });
  for (const address of ["127.0.0.1", "::1", "10.1.2.3"]) {
    for (let n = 0; n < 5; n++) world.let(address).offend("crash");
  }
  assert.equal(world.admission.counts.snapshot().offences.crash, 15);
  assert.equal(world.why("192.168.0.1"), undefined, "nor do they take the place of others");
  assert.equal(world.admission.size, 0);
});

Deno.test("Admission without penalties still counts offences", () => {
  const world = new World({ hasPenalties: false });
  for (let n = 0; n < 10; n++) world.offend("10.0.0.1", "crash");
  assert.equal(world.why("10.0.0.1"), undefined);
  assert.equal(world.admission.counts.snapshot().offences.crash, 10);
});

Deno.test("Admission keeps its limits and forgets nobody who is there, whatever comes and goes", () => {
  const step = fc.record({
    address: fc.integer({ min: 1, max: 4 }).map((n) => `10.0.0.${n}`),
    action: fc.constantFrom("come", "greet", "leave", "offend"),
    which: fc.nat(),
    chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
    waitMs: fc.integer({ min: 0, max: 5_000 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const world = new World({ maxPerAddress: 3, startups: { start: 3, ratePercent: 30, full: 6 } });
    const open: { readonly address: string; readonly visit: Visit; isGreeted: boolean }[] = [];
    for (const { address, action, which, chance, waitMs } of steps) {
      world.nowMs += waitMs;
      world.chance = chance;
      const one = open[which % Math.max(1, open.length)];
      if (action === "come") {
        const entered = world.admission.enter(address, MAX_CONNECTIONS);
        if ("visit" in entered) open.push({ address, visit: entered.visit, isGreeted: false });
      } else if (action === "greet" && one !== undefined) {
        one.visit.greeted();
        one.isGreeted = true;
      } else if (action === "leave" && one !== undefined) {
        one.visit.leave();
        open.splice(open.indexOf(one), 1);
      } else one?.visit.offend("token_refused");
      const ofAddress = open.filter((other) => other.address === address);
      assert.ok(ofAddress.length <= 3);
      assert.ok(open.filter(({ isGreeted }) => !isGreeted).length <= 6);
    }
    for (const { visit } of open) visit.leave();
    world.nowMs += 600_000;
    world.chance = 0;
    for (let n = 1; n <= 4; n++) assert.equal(world.why(`10.0.0.${n}`), undefined);
    assert.equal(world.admission.size, 0);
  }));
});

Deno.test("completeAdmission() refuses what is out of range", () => {
  for (
    const options of [
      { maxPerAddress: -1 },
      { maxPerAddress: 1.5 },
      { minRate: -1 },
      { trustedAddresses: "lan" },
    ]
  ) {
    assert.throws(() => completeAdmission(options), RangeError);
  }
});
