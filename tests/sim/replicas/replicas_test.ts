import { assert, assertEquals } from "@std/assert";
import { DELIVERIES } from "../../../lib/domain/delivery.ts";
import { replicaNode } from "../../../lib/domain/nodes.ts";
import { NEVER } from "../../../lib/domain/ticks.ts";
import { type FaultPlan, NO_FAULTS } from "../../../lib/faults/plan.ts";
import { GOSSIP_STYLES } from "../../../lib/domain/replicas.ts";
import { simulate } from "../../../lib/sim/run.ts";
import { HistoryDigest } from "../../../lib/verdict/digest.ts";
import { explain } from "../../../lib/verdict/explain.ts";
import { formatEvent, parseEvent } from "../../../lib/verdict/history.ts";
import { historyOf, type RunChanges, runOf } from "../runs_of_tests.ts";

const STORM: RunChanges["faults"] = {
  latency: "exp:50ms",
  loss: "1/10",
  duplicate: "1/10",
  partition: [
    "5s..8s:LikesServer0-2:->primary",
    "15s..19s:primary0,LikesServer1--primary1",
    "16s..22s:primary1->primary0",
  ],
  crash: ["primary@12s+2s", "primary1@20s+1s", "random:3"],
  pause: ["primary@9s+1s"],
};

const REPLICAS: RunChanges = {
  replicas: 3,
  gossip: { kind: "exponential", ticks: 3000 },
  readers: 2,
  faults: STORM,
};

/** A replica is killed after 15 s. */
function crashOf(replica: number, downTicks: number): FaultPlan {
  const crash = { process: replicaNode(replica), atTick: 150_000, downTicks };
  return { ...NO_FAULTS, crashes: [crash] };
}

/** Some runs of every kind. */
function* runs(seeds: number): Generator<RunChanges> {
  for (let seed = 0; seed < seeds; seed++) {
    for (const delivery of DELIVERIES) {
      for (const writeTo of ["home", "any"] as const) {
        yield {
          ...{ ...REPLICAS, seed, delivery, writeTo },
          replicas: 2 + seed % 4,
          gossipStyle: GOSSIP_STYLES[seed % 3]!,
          durability: seed % 2 === 0 ? "write" : "none",
          failover: seed % 5 > 0,
        };
      }
    }
  }
}

Deno.test("simulate() digests the history of replicas that it tells, and reads it back", () => {
  for (const run of runs(3)) {
    const { verdict, events } = historyOf(run);
    const digest = new HistoryDigest();
    for (const event of events) digest.addEvent(parseEvent(formatEvent(event)));
    assertEquals(verdict.digest, digest.value());
    assertEquals(verdict.digest, simulate(runOf(run)).digest);
  }
});

// The digests that this version gives; see those of a single primary.
const PINNED = {
  "at-most-once": "0b114dfc96194e5b",
  original: "5c091834ae71e44b",
  "at-least-once": "3133cd79342ebb48",
  dedup: "33fea7e211a93312",
  crdt: "8cd9eb7cd1772fbc",
} as const;

Deno.test("simulate() gives the pinned digests of replicas and readers on any machine", () => {
  for (const delivery of DELIVERIES) {
    const { digest } = simulate(runOf({
      ...{ replicas: 3, readers: 2, readFrom: "any", delivery, seed: 7 },
      gossip: { kind: "exponential", ticks: 3000 },
      faults: {
        ...{ latency: "exp:50ms", loss: "1/10", duplicate: "1/10" },
        partition: [
          "5s..8s:LikesServer0-2:->primary",
          "15s..18s:primary0--primary1-2",
        ],
        crash: ["primary1@12s+2s", "random:3"],
        pause: ["primary2@9s+1s"],
      },
    }));
    assertEquals(digest, PINNED[delivery]);
  }
});

Deno.test("simulate() accounts for every like of replicas, in every mode and whatever happens", () => {
  for (const run of runs(12)) {
    const { generated, counted, countedTwice, lost, undelivered, servers } =
      simulate(runOf(run), { check: true });
    assertEquals(generated, counted! - countedTwice! + lost! + undelivered);
    for (const server of servers!) {
      assertEquals(
        server.generated,
        server.counted! - server.countedTwice! + server.lost! +
          server.undelivered,
      );
    }
  }
});

Deno.test("simulate() is exact in marked modes as long as replicas resume, and all agree", () => {
  for (const run of runs(12)) {
    if (run.delivery !== "crdt" && run.delivery !== "dedup") continue;
    // A home that is cut off for good cannot be left without failover.
    const verdict = simulate(
      runOf({ ...run, durability: "write", failover: true }),
      { check: true },
    );
    assertEquals(
      [verdict.converged, verdict.lost, verdict.countedTwice],
      [true, 0, 0],
      `seed ${run.seed}, ${run.delivery}, ${run.writeTo}`,
    );
    assert(verdict.agreementSeconds! >= 0);
    assert(verdict.convergenceSeconds! >= verdict.agreementSeconds!);
    const counts = new Set(verdict.replicas!.map(({ counted }) => counted));
    assertEquals([...counts], [verdict.generated]);
  }
});

Deno.test("simulate() agrees when the last entry was raised", () => {
  const { verdict, events } = historyOf({
    ...{ replicas: 4, seed: 3, faults: { latency: "exp:50ms" } },
  });
  const last = (wanted: string, has: (entries: number) => boolean) =>
    events.findLast(({ kind, entries = 0 }) => kind === wanted && has(entries))!
      .t;
  const agreedAt = last("merge", (entries) => entries > 0);
  const drawnAt = last("draw", () => true);
  assertEquals(
    verdict.agreementSeconds?.toFixed(4),
    Math.max(0, agreedAt - drawnAt).toFixed(4),
  );
});

Deno.test("simulate() without gossip leaves replicas apart, and says how far", () => {
  const { verdict } = historyOf({ replicas: 3, gossip: null });
  assertEquals(
    [verdict.converged, verdict.agreementSeconds, verdict.counted],
    [false, null, verdict.generated],
  );
  assertEquals(verdict.gossip, undefined);
  const sum = verdict.replicas!.reduce((sum, { counted }) => sum + counted, 0);
  assertEquals(sum, verdict.generated);
  assert(/^The replicas do not agree: primary\d counted /.test(
    explain(verdict)[0] ?? "",
  ));
});

Deno.test("simulate() names the dead replica that alone had what is lost", () => {
  const { verdict } = historyOf({
    ...{ replicas: 2, gossip: null, delivery: "at-least-once" },
    faults: crashOf(0, NEVER),
  });
  assertEquals(verdict.replicas?.map(({ dead }) => dead), [true, undefined]);
  assert(verdict.lost! > 0);
  assert(explain(verdict)[0]?.endsWith("only primary0 had them."));
  // With gossip the other one knows nearly all of it.
  const gossiping = historyOf({
    ...{ replicas: 2, delivery: "at-least-once" },
    gossip: { kind: "constant", ticks: 1000 },
    faults: crashOf(0, NEVER),
  });
  assert(gossiping.verdict.lost! < verdict.lost!);
});

Deno.test("simulate() says at which replicas a failover counted twice", () => {
  const { verdict } = historyOf({
    ...{ replicas: 2, delivery: "at-least-once" },
    faults: { partition: ["10s..16s:<-primary"] },
  });
  assert(verdict.countedTwice! > 0);
  assert(/ twice, at primary0 and primary1: /.test(explain(verdict)[0] ?? ""));
});

Deno.test("simulate() forgets with durability none what other replicas bring back", () => {
  let regained = 0;
  for (let seed = 0; seed < 20; seed++) {
    const run: RunChanges = {
      ...{ seed, replicas: 3, durability: "none", servers: 20 },
      delivery: "at-most-once",
      faults: crashOf(1, 10_000),
    };
    const lostAlone = historyOf({ ...run, gossip: null }).verdict.lost!;
    const lost = historyOf({
      ...run,
      gossip: { kind: "constant", ticks: 200 },
    }).verdict.lost!;
    assert(lost <= lostAlone);
    regained += lostAlone - lost;
  }
  assert(regained > 0);
});

Deno.test("simulate() ends when replicas agree, and waits no longer than 60 gossip intervals", () => {
  const seconds = (changes: RunChanges) =>
    historyOf({ drainTicks: 0, ...changes }).verdict.virtualSeconds!;
  const alone = seconds({});
  const gossiping = seconds({ replicas: 5 });
  assert(gossiping >= alone && gossiping < alone + 60, `${gossiping}`);
});

Deno.test("simulate() gossips in messages of 10,000 entries, one after the other", () => {
  const { events, verdict } = historyOf({
    ...{ servers: 25_000, spawnIntervalTicks: 0, lifetimeTicks: 20_000 },
    ...{ intervalMinTicks: 10_000, intervalMaxTicks: 10_000 },
    replicas: 2,
    gossip: { kind: "constant", ticks: 40_000 },
  }, { check: false });
  assertEquals(verdict.converged, true);
  const carried = events.filter(({ kind }) => kind === "gossip")
    .map(({ entries = 0 }) => entries);
  assertEquals(Math.max(...carried), 10_000);
  assertEquals(carried.reduce((sum, one) => sum + one, 0), 25_000);
});
