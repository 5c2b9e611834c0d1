import { assert, assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import { verdictRecord, verdictToJson } from "../../lib/verdict/json.ts";
import {
  exitCodeOf,
  isServerWell,
  judge,
  type RunFacts,
  type ServerAccount,
  SERVERS_LISTED_MAX,
} from "../../lib/verdict/verdict.ts";

const FACTS: RunFacts = { delivery: "crdt", seed: 7 };

function account(fields: Partial<ServerAccount>): ServerAccount {
  return {
    name: "LikesServer0",
    draws: 5,
    generated: 100,
    acknowledged: 100,
    counted: 100,
    pending: 0,
    ...fields,
  };
}

const accounts: fc.Arbitrary<ServerAccount> = fc.record({
  generated: fc.nat(300),
  counted: fc.nat(300),
  pending: fc.nat(300),
  countedTwice: fc.option(fc.nat(50), { nil: undefined }),
}).map(({ generated, counted, pending, countedTwice }) => {
  const acknowledged = Math.max(0, generated - pending);
  return account({
    generated,
    acknowledged,
    counted,
    pending: generated - acknowledged,
    ...(countedTwice === undefined
      ? {}
      : { countedTwice: Math.min(countedTwice, counted) }),
  });
});

Deno.test("judge() accounts for every like", () => {
  fc.assert(fc.property(fc.array(accounts), (servers) => {
    const verdict = judge(FACTS, servers);
    for (const one of [verdict, ...verdict.servers ?? []]) {
      const { generated, counted, countedTwice, lost, undelivered } = one;
      assert(counted !== undefined && countedTwice !== undefined);
      assert(lost !== undefined && lost >= 0 && countedTwice >= 0);
      assert(undelivered >= 0);
      assertEquals(generated, counted - countedTwice + lost + undelivered);
    }
    assertEquals(
      verdict.converged,
      servers.length > 0 &&
        servers.every(({ generated, counted }) => generated === counted),
    );
  }));
});

Deno.test("judge() tells what is lost from what is undelivered", () => {
  const verdict = judge(FACTS, [
    account({ counted: 70, acknowledged: 80, pending: 20 }),
  ]);
  assertEquals(verdict.undelivered, 20);
  assertEquals(verdict.lost, 10);
  assertFalse(verdict.converged);
});

Deno.test("judge() does not call undelivered what was counted though its acknowledgement was lost", () => {
  const verdict = judge(FACTS, [account({ acknowledged: 80, pending: 20 })]);
  assertEquals(verdict.undelivered, 0);
  assertEquals(verdict.converged, true);
});

Deno.test("judge() sees likes counted twice behind lost ones where draws are known", () => {
  const verdict = judge({ ...FACTS, delivery: "at-most-once" }, [
    account({ countedTwice: 14 }),
  ]);
  assertEquals(verdict.lost, 14);
  assertEquals(verdict.countedTwice, 14);
  assertEquals(verdict.converged, true);
});

Deno.test("judge() does not let one server's surplus make up for another's loss", () => {
  const verdict = judge({ ...FACTS, convergenceSeconds: 0.5 }, [
    account({ counted: 90 }),
    account({ counted: 110 }),
  ]);
  assertFalse(verdict.converged);
  assertEquals(verdict.counted, verdict.generated);
  assertEquals(verdict.lost, 10);
  assertEquals(verdict.countedTwice, 10);
  assertEquals(verdict.convergenceSeconds, null);
});

Deno.test("judge() says nothing of what was counted where one server's count is not known", () => {
  const { counted: _, ...unknown } = account({
    acknowledged: 90,
    pending: 10,
  });
  const verdict = judge({
    ...FACTS,
    convergenceSeconds: 0.5,
    countedUnknown: "the primary answers no STATS",
  }, [account({ pending: 5 }), unknown]);
  assertEquals(Object.keys(verdictRecord(verdict)), [
    "generated",
    "acknowledged",
    "undelivered",
    "delivery",
    "seed",
    "countedUnknown",
    "servers",
  ]);
  assertEquals(verdict.undelivered, 15);
  assertEquals(verdict.findings, []);
  assertEquals(exitCodeOf(verdict), 1);
});

Deno.test("judge() lists the servers up to a number and leaves them out above", () => {
  function* many(count: number) {
    for (let i = 0; i < count; i++) yield account({});
  }
  assertEquals(
    judge(FACTS, many(SERVERS_LISTED_MAX)).servers?.length,
    SERVERS_LISTED_MAX,
  );
  const verdict = judge(FACTS, many(SERVERS_LISTED_MAX + 1));
  assertEquals(verdict.servers, undefined);
  assertEquals(verdict.generated, 100 * (SERVERS_LISTED_MAX + 1));
});

Deno.test("judge() keeps nothing of an account that is filled again for the next server", () => {
  const reused = { ...account({ counted: 86 }) };
  function* two() {
    yield reused;
    reused.name = "LikesServer1";
    reused.counted = 100;
    yield reused;
  }
  const { servers, findings } = judge(FACTS, two());
  assertEquals(servers?.map(({ name, lost }) => [name, lost]), [
    ["LikesServer0", 14],
    ["LikesServer1", 0],
  ]);
  assertEquals(findings, [
    {
      kind: "forgotten",
      servers: 1,
      likes: 14,
      examples: [["LikesServer0", 14]],
    },
  ]);
});

Deno.test("judge() finds why likes are undelivered", () => {
  const late = { acknowledged: 90, counted: 90, pending: 10 };
  const { findings } = judge(FACTS, [
    account(late),
    account({ ...late, crashed: true }),
    account({ ...late, stuck: true }),
    account({ crashed: true }), // with nothing left to deliver
  ]);
  assertEquals(findings.map(({ kind, servers }) => [kind, servers]), [
    ["crashed", 1],
    ["stuck", 1],
    ["undelivered", 1],
  ]);
});

Deno.test("verdictToJson() has the contract's keys in the contract's order", () => {
  const distribution = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
  const text = verdictToJson(judge({
    faults: ["--loss 0.1"],
    command: "deno task sim --seed 7",
    digest: "00ff",
    stalenessSeconds: distribution,
    divergence: distribution,
    virtualSeconds: 311.2,
    wallSeconds: 0.021,
    rejected: 0,
    duplicates: 0,
    retries: 0,
    bytes: 74222,
    messages: 2006,
    reports: 1003,
    seed: 7,
    delivery: "crdt",
    convergenceSeconds: 0.8,
  }, [account({ exit: 0 })]));
  const json = JSON.parse(text);
  assertEquals(
    Object.keys(json).join(" "),
    "converged generated acknowledged counted undelivered lost countedTwice convergenceSeconds delivery seed " +
      "reports messages bytes retries duplicates rejected wallSeconds virtualSeconds divergence stalenessSeconds " +
      "digest faults command servers",
  );
  assertEquals(
    JSON.stringify(json.servers[0]),
    '{"name":"LikesServer0","generated":100,"acknowledged":100,"counted":100,"undelivered":0,"lost":0,' +
      '"countedTwice":0,"exit":0}',
  );
  assertEquals(json.convergenceSeconds, 0.8);
});

Deno.test("verdictToJson() tells a convergence that never came as null", () => {
  const verdict = judge({ ...FACTS, convergenceSeconds: 1 }, [
    account({ counted: 0 }),
  ]);
  assert(verdictToJson(verdict).includes('"convergenceSeconds": null'));
});

Deno.test("judge() calls a run converged only if draws were made, all logged, by all likes servers", () => {
  const nothing = account({ generated: 0, acknowledged: 0, counted: 0 });
  const facts = { ...FACTS, convergenceSeconds: 0 };
  for (
    const [servers, converged] of [
      [[], false],
      [[{ ...nothing, draws: 0 }], false],
      [[{ ...nothing, draws: 0 }, { ...nothing, draws: 1 }], true], // a draw of 0 likes is a draw
      [[account({ discarded: 0 })], true],
      [[account({ discarded: 1 })], false],
      [[account({}), account({ notRun: "it is gone" })], false],
    ] as const
  ) {
    const verdict = judge(facts, servers);
    assertEquals(verdict.converged, converged);
    assertEquals(verdict.convergenceSeconds, converged ? 0 : null);
    assertEquals(exitCodeOf(verdict), converged ? 0 : 1);
  }
});

Deno.test("verdictToJson() has discarded draws and likes servers that could not be run, each and in all", () => {
  const json = JSON.parse(verdictToJson(judge(FACTS, [
    account({ discarded: 3, exit: 0 }),
    account({ discarded: 4, exit: 1, notRun: "it ended with code 1" }),
  ])));
  assertEquals([json.discarded, json.serversNotRun], [7, 1]);
  assertEquals(json.servers[1].discarded, 4);
  assertEquals(json.servers[1].notRun, "it ended with code 1");
  assertEquals("notRun" in json.servers[0], false);
});

Deno.test("exitCodeOf() goes by acknowledgements only with a primary of the original kind", () => {
  const { counted: _, ...unknown } = account({});
  const facts = { ...FACTS, isOriginalPrimary: true };
  assertEquals(exitCodeOf(judge(FACTS, [unknown])), 1);
  assertEquals(exitCodeOf(judge(facts, [unknown])), 0);
  assertEquals(exitCodeOf(judge(facts, [{ ...unknown, acknowledged: 99 }])), 1);
  assertEquals(exitCodeOf(judge(facts, [{ ...unknown, discarded: 1 }])), 1);
  assertEquals(exitCodeOf(judge(facts, [{ ...unknown, notRun: "gone" }])), 1);
  assertEquals(exitCodeOf(judge(FACTS, [account({})])), 0);
  assertEquals(exitCodeOf(judge(FACTS, [account({ counted: 101 })])), 1);
});

Deno.test("judge() takes replicas for converged when they have all together and agree", () => {
  const of = (
    convergenceSeconds: number | null,
    agreementSeconds?: number | null,
  ) =>
    judge({
      delivery: "crdt",
      seed: 7,
      convergenceSeconds,
      ...agreementSeconds !== undefined && { agreementSeconds },
    }, [{
      name: "LikesServer0",
      draws: 1,
      generated: 9,
      acknowledged: 9,
      counted: 9,
      pending: 0,
    }]).convergenceSeconds;
  assertEquals(of(2), 2);
  assertEquals(of(2, 3), 3);
  assertEquals(of(2, 1), 2);
  assertEquals(of(2, null), null);
  assertEquals(of(null, 1), null);
});

Deno.test("isServerWell() is true of a likes server only of which nothing is wrong", () => {
  const well = {
    ...{ name: "LikesServer0", generated: 9, acknowledged: 9, counted: 9 },
    ...{ undelivered: 0, lost: 0, countedTwice: 0, discarded: 0 },
  };
  assertEquals(isServerWell(well), true);
  const unknown = { name: "LikesServer0", generated: 9, acknowledged: 9 };
  assertEquals(isServerWell({ ...unknown, undelivered: 0 }), true);
  const wrongs = [
    { undelivered: 1 },
    { lost: 1 },
    { countedTwice: 1 },
    { discarded: 1 },
    { notRun: "it is on fire" },
  ];
  for (const wrong of wrongs) {
    assertEquals(isServerWell({ ...well, ...wrong }), false);
  }
});
