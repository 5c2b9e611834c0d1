import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { EntryFields } from "../../../lib/protocol/entries.ts";
import { ReplicaRules } from "../../../lib/rules/replica_rules.ts";
import { StateDigest } from "../../../lib/rules/exchange/state_digest.ts";

function empty(): ReplicaRules {
  return new ReplicaRules({
    sessionsMax: 100,
    serverMax: 9,
    incarnation: [1, 2],
  });
}

const entries = fc.array(
  fc.record({
    server: fc.nat(2),
    sessionHigh: fc.constantFrom(0, -1),
    sessionLow: fc.nat(2),
    isComponent: fc.boolean(),
    seq: fc.integer({ min: 1, max: 3 }),
    total: fc.constantFrom(0, 1, 2 ** 40),
  }),
  { maxLength: 20 },
).map((list) => list.map((one) => Object.assign(new EntryFields(), one)));

Deno.test("StateDigest.value() depends on what is held, not on how it came", () => {
  fc.assert(
    fc.property(entries, fc.nat(20), (list, at) => {
      const first = empty();
      const digest = new StateDigest(first);
      list.forEach((entry, i) => {
        first.begin();
        first.merge(entry);
        first.commit();
        if (i === at) digest.value();
      });
      const second = empty();
      second.begin();
      for (const entry of list.toReversed()) second.merge(entry);
      second.commit();
      assertEquals(digest.value(), new StateDigest(second).value());
    }),
  );
});

Deno.test("StateDigest.value() differs where anything of an entry does", () => {
  const one = { server: 1, sessionHigh: 1, sessionLow: 1, seq: 1, total: 1 };
  const others = Object.keys(one).map((key) => ({ ...one, [key]: 2 }));
  const all = [
    one,
    ...others,
    { ...one, isComponent: true },
    { ...one, total: 1 + 2 ** 32 },
    { ...one, sessionHigh: -1 },
  ];
  const digests = all.map((values) => {
    const rules = empty();
    rules.begin();
    rules.merge(Object.assign(new EntryFields(), values));
    rules.commit();
    return new StateDigest(rules).value();
  });
  assertEquals(new Set(digests).size, all.length);
  assertNotEquals(digests[0], new StateDigest(empty()).value());
});
