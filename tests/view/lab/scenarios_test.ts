import { assert, assertEquals } from "@std/assert";
import { DELIVERIES } from "../../../lib/domain/delivery.ts";
import { readTheoryOf } from "../../../lib/sim/predict/read_theory.ts";
import { simulate } from "../../../lib/sim/run.ts";
import { explain } from "../../../lib/verdict/explain.ts";
import { runLab } from "../../../lib/view/lab/lab_run.ts";
import type { HistoryEvent } from "../../../lib/verdict/history.ts";
import type { Scenario } from "../../../lib/view/lab/scenario.ts";
import { scenarioOf, SCENARIOS } from "../../../lib/view/lab/scenarios.ts";
import {
  hashOfSetting,
  settingFromHash,
} from "../../../lib/view/lab/setting.ts";

function scenario(id: string): Scenario {
  const found = SCENARIOS.find((one) => one.id === id);
  if (found === undefined) throw new Error(`No scenario ${id}`);
  return found;
}

function played({ options }: Scenario) {
  const events: HistoryEvent[] = [];
  const verdict = simulate(options, {
    check: true,
    onEvent: (event) => events.push(event),
  });
  return { verdict, events };
}

/** Likes generated and at the primary after all events up to a moment. */
function numbersAt(events: readonly HistoryEvent[], seconds: number) {
  let generated = 0;
  let counted = 0;
  for (const { t, kind, likes = 0 } of events) {
    if (t > seconds) break;
    if (kind === "draw") generated += likes;
    if (kind === "count") counted += likes;
  }
  return { generated, counted, gap: generated - counted };
}

Deno.test("SCENARIOS say in two sentences what to look for, ask one question, and their addresses hold them", () => {
  for (const one of SCENARIOS) {
    for (const sentence of one.lookFor) {
      assertEquals(/^[A-Z].*[^.]\.$/.test(sentence), true, sentence);
      assertEquals(sentence.match(/\. /), null, sentence);
    }
    assertEquals(/^[A-Z].*\?$/.test(one.question), true, one.question);
    assertEquals(one.question.match(/[.?] /), null, one.question);
    const read = settingFromHash(hashOfSetting(one.options));
    assertEquals(scenarioOf(read), one);
    assert(one.watchFromSeconds * 10_000 < one.options.lifetimeTicks);
  }
});

Deno.test("SCENARIOS calm: a thin gap of likes on their way, none at the end", () => {
  const { verdict } = played(scenario("calm"));
  const { divergence, generated, converged, convergenceSeconds } = verdict;
  assert(converged);
  assert(divergence !== undefined && divergence.mean > 0);
  assert(divergence.max < generated / 100);
  assert((convergenceSeconds ?? Infinity) < 1);
});

Deno.test("SCENARIOS lost-ack: one ACK lost each, one counted twice, one stuck", () => {
  const { verdict, events } = played(scenario("lost-ack"));
  const lost = events.filter(({ kind }) => kind === "lose");
  assertEquals(lost.map(({ server, reply }) => [server, reply]), [
    [1, true],
    [0, true],
  ]);
  assert(lost.every(({ t }) => t >= 30 && t < 33));
  // What was lost is the answer: the primary has counted.
  for (const { server, attempt } of lost) {
    assert(
      events.some((event) =>
        event.kind === "count" && event.server === server &&
        event.attempt === attempt
      ),
    );
  }
  const { servers = [] } = verdict;
  assertEquals(servers.map((one) => one.countedTwice), [18, 0, 0]);
  assertEquals(servers.map((one) => one.undelivered > 0), [
    false,
    true,
    false,
  ]);
  // Stuck: nothing of it is counted after its lost ACK.
  assertEquals(
    events.filter(({ kind, server, t }) =>
      kind === "count" && server === 1 && t > 33
    ),
    [],
  );
});

Deno.test("SCENARIOS partition: the lines part for a minute and meet at once", () => {
  const { verdict, events } = played(scenario("partition"));
  const before = numbersAt(events, 100.01);
  const during = numbersAt(events, 159.99);
  assertEquals(during.counted, before.counted);
  assert(during.gap > 3000);
  assert(numbersAt(events, 170).gap < 200);
  assert(verdict.converged);
  // A single report brings each likes server up to date.
  for (let id = 0; id < 10; id++) {
    const first = events.find(({ kind, server, t, likes = 0 }) =>
      kind === "count" && server === id && t >= 160 && likes > 0
    );
    assert((first?.likes ?? 0) > 42, `LikesServer${id}`);
  }
});

Deno.test("SCENARIOS primary-crash: nothing acknowledged is forgotten, the last is heard seconds later", () => {
  const { verdict, events } = played(scenario("primary-crash"));
  const before = numbersAt(events, 119.9999).counted;
  const restart = events.find(({ kind }) => kind === "restart");
  assertEquals([restart?.t, restart?.total], [150, before]);
  const heard = Array.from(
    { length: 10 },
    (_, id) =>
      events.find(({ kind, server, t }) =>
        kind === "count" && server === id && t >= 150
      )?.t ?? Infinity,
  );
  const last = Math.max(...heard);
  assert(last > 151 && last < 160, `${last}`);
  assert(verdict.converged);
});

Deno.test("SCENARIOS death: likes that nobody can deliver, in no mode", () => {
  const { options } = scenario("death");
  for (const delivery of DELIVERIES) {
    const { converged, servers = [] } = simulate({ ...options, delivery });
    assertEquals(converged, false, delivery);
    const { generated = 0, counted = 0 } = servers[3] ?? {};
    assert(counted < generated, delivery);
  }
  const { undelivered, lost } = simulate(options);
  assert(undelivered > 100);
  assertEquals(lost, 0);
});

Deno.test("SCENARIOS duplicates: too many at the primary, but not where reports are marked", () => {
  const { options } = scenario("duplicates");
  const { counted = 0, generated } = simulate(options);
  assert(counted > 1.2 * generated);
  for (const delivery of DELIVERIES) {
    const { countedTwice = 0 } = simulate({ ...options, delivery });
    const isMarked = delivery === "dedup" || delivery === "crdt";
    assertEquals(countedTwice === 0, isMarked, delivery);
  }
});

/** A scenario with other values of some fields. */
function changed(id: string, fields: Record<string, string>) {
  const hash = new URLSearchParams(
    hashOfSetting(scenario(id).options).slice(1),
  );
  for (const [name, text] of Object.entries(fields)) {
    if (text === "") hash.delete(name);
    else hash.set(name, text);
  }
  return simulate(settingFromHash(`${hash}`));
}

/** The share of reads that were fresh of those that ended in a window. */
function freshBetween(one: Scenario, from: number, until: number): number {
  const { reads } = runLab(one.options);
  const judged = (reads?.reads ?? []).filter(({ endTick, outcome }) =>
    endTick >= from * 10_000 && endTick < until * 10_000 &&
    (outcome === "fresh" || outcome === "stale")
  );
  assert(judged.length > 100);
  return judged.filter(({ outcome }) => outcome === "fresh").length /
    judged.length;
}

Deno.test("SCENARIOS replicas-partition: copies drift apart, answers are stale, all agree a few exchanges after it", () => {
  const one = scenario("replicas-partition");
  const { verdict } = played(one);
  assert(verdict.converged);
  assertEquals(verdict.retries, 0);
  assertEquals(verdict.reads?.unanswered, 0);
  assert((verdict.spread?.max ?? 0) > 1000);
  assert((verdict.agreementSeconds ?? Infinity) < 3);
  const before = freshBetween(one, 20, 60);
  const during = freshBetween(one, 70, 120);
  assert(during < before - 0.15, `${before} ${during}`);
  const after = freshBetween(one, 125, 175);
  assert(after > during + 0.15, `${during} ${after}`);
  // The question: gossip mends what is not cut.
  const faster = {
    ...one,
    options: settingFromHash(
      `${hashOfSetting(one.options)}&gossip=0.2s`,
    ),
  };
  assert(freshBetween(faster, 20, 60) > before + 0.05);
  assert(Math.abs(freshBetween(faster, 70, 120) - during) < 0.15);
});

Deno.test("SCENARIOS gossip-styles: push answers with nothing; both is fastest, pull suffers most from loss", () => {
  const { verdict, events } = played(scenario("gossip-styles"));
  assert(verdict.converged);
  const replies = events.filter(({ kind, reply }) =>
    kind === "gossip" && reply
  );
  assert(replies.length > 100);
  assert(replies.every(({ entries }) => entries === 0));
  const mean = (fields: Record<string, string>) =>
    changed("gossip-styles", fields).propagationSeconds?.mean ?? NaN;
  const push = mean({});
  assert(push > 8 && push < 10, `${push}`);
  assert(mean({ "gossip-style": "" }) < 0.6 * push);
  const slower = ["push", "pull", ""].map((style) =>
    mean({ "gossip-style": style, loss: "0.3" }) /
    mean({ "gossip-style": style })
  );
  assertEquals(Math.max(...slower), slower[1]);
});

Deno.test("SCENARIOS dead-replica: acknowledged likes are lost with it, and named; not in crdt", () => {
  const { verdict } = played(scenario("dead-replica"));
  const { converged, lost = 0, generated, acknowledged } = verdict;
  assertEquals(converged, false);
  assert(lost > 100);
  assertEquals(acknowledged, generated);
  assert(verdict.replicas?.[2]?.dead);
  assert(
    explain(verdict).some((text) => text.includes("primary2")),
    `${explain(verdict)}`,
  );
  assertEquals(changed("dead-replica", { delivery: "" }).lost, 0);
});

Deno.test("SCENARIOS failover-twice: the same draw is counted at two replicas; not in modes with a mark", () => {
  const { verdict, events } = played(scenario("failover-twice"));
  assert((verdict.countedTwice ?? 0) > 0);
  assertEquals(verdict.lost, 0);
  const places = new Set(
    events.filter(({ kind, server, seq, t }) =>
      kind === "count" && server === 1 && t > 30 && t < 45 && seq ===
        events.find((one) =>
          one.kind === "count" && one.server === 1 && one.t > 30
        )?.seq
    ).map(({ replica }) => replica),
  );
  assertEquals([...places].sort(), [1, 2]);
  for (const delivery of ["dedup", ""]) {
    const { countedTwice, converged } = changed("failover-twice", { delivery });
    assertEquals([countedTwice, converged], [0, true]);
  }
});

Deno.test("SCENARIOS own-home and own-anywhere: no own write is missed at home, near two thirds anywhere", () => {
  const home = played(scenario("own-home")).verdict;
  assert((home.reads?.ownReads ?? 0) > 200);
  assertEquals(home.reads?.ownMissed, 0);
  assert((home.apartSeconds ?? 0) > 60);
  const anywhere = played(scenario("own-anywhere")).verdict;
  const { ownMissed = 0, ownReads = 1 } = anywhere.reads ?? {};
  assert(Math.abs(ownMissed / ownReads - 2 / 3) < 0.06, `${ownMissed}`);
  // They differ in what their question asks to change.
  assertEquals(
    changed("own-home", { "read-from": "any" }).digest,
    anywhere.digest,
  );
  const fast = changed("own-anywhere", { gossip: "50ms" });
  assert((fast.reads?.ownMissed ?? 0) > 0);
});

Deno.test("SCENARIOS monotonic: reads go back anywhere, never at home, which makes no more of them fresh", () => {
  const { reads } = played(scenario("monotonic")).verdict;
  assert((reads?.monotonicViolations ?? 0) > 20);
  const home = changed("monotonic", { "read-from": "" }).reads;
  assertEquals(home?.monotonicViolations, 0);
  assert((home?.fresh ?? 1) < (reads?.fresh ?? 0) + 0.05);
});

Deno.test("SCENARIOS quorums: stale answers with R + W of at most N, none with more", () => {
  const apart = played(scenario("quorums-apart")).verdict;
  assert((apart.reads?.fresh ?? 1) < 0.95);
  const { ownMissed = 0, ownReads = 1 } = apart.reads ?? {};
  assert(ownMissed / ownReads > 0.2);
  assertEquals(apart.lost, 0);
  const overlap = played(scenario("quorums-overlap")).verdict;
  assertEquals(overlap.reads?.fresh, 1);
  // It costs latency, of reads and of writes.
  assert(
    (overlap.reads?.seconds?.p50 ?? 0) > 1.2 * (apart.reads?.seconds?.p50 ?? 0),
  );
  assert(
    (overlap.acknowledgementSeconds?.p50 ?? 0) >
      1.2 * (apart.acknowledgementSeconds?.p50 ?? 0),
  );
  for (let read = 1; read <= 3; read++) {
    for (let write = 1; write <= 3; write++) {
      const { reads } = changed("quorums-apart", {
        "read-quorum": `${read}`,
        "write-quorum": `${write}`,
      });
      assertEquals(reads?.fresh === 1, read + write > 3, `${read} ${write}`);
    }
  }
});

Deno.test("SCENARIOS pbs: fewer answers are stale the longer one waits, as theory says", () => {
  const { verdict } = played(scenario("pbs"));
  const { freshAfter = [], ownReads = 1, ownMissed = 0 } = verdict.reads ?? {};
  assert(Math.abs(ownMissed / ownReads - 0.25) < 0.06, `${ownMissed}`);
  const freshFrom = (from: number, until: number) => {
    const classes = freshAfter.filter(({ seconds }) =>
      seconds >= from && seconds < until
    );
    const reads = classes.reduce((sum, { reads }) => sum + reads, 0);
    assert(reads > 40, `${from} ${until} ${reads}`);
    return classes.reduce(
      (sum, { reads, fresh = 0 }) => sum + reads * fresh,
      0,
    ) / reads;
  };
  const curve = [
    freshFrom(0, 0.001),
    freshFrom(0.001, 0.01),
    freshFrom(0.01, 0.05),
    freshFrom(0.05, 10),
  ];
  assertEquals(curve, curve.toSorted((one, other) => one - other));
  assert(curve[0]! < 0.8);
  assertEquals(curve[3], 1);
  assert(readTheoryOf(scenario("pbs").options).predicted !== undefined);
  const later = changed("pbs", { "read-after": "10ms" }).reads;
  assert((later?.ownMissed ?? Infinity) < ownMissed / 5);
});
