import { assert, assertEquals } from "@std/assert";
import { DELIVERIES } from "../../../lib/domain/delivery.ts";
import { simulate } from "../../../lib/sim/run.ts";
import type { HistoryEvent } from "../../../lib/verdict/history.ts";
import {
  type Scenario,
  scenarioOf,
  SCENARIOS,
} from "../../../lib/view/lab/scenarios.ts";
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

Deno.test("SCENARIOS say in two sentences what to look for, and their addresses hold them", () => {
  for (const one of SCENARIOS) {
    for (const sentence of one.lookFor) {
      assertEquals(/^[A-Z].*[^.]\.$/.test(sentence), true, sentence);
      assertEquals(sentence.match(/\. /), null, sentence);
    }
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
