import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  linksOf,
  populationOf,
  rangesWithout,
  united,
  unitedLinks,
} from "../../lib/faults/groups.ts";
import { PRIMARY, READER_FIRST } from "../../lib/domain/nodes.ts";
import { parseFaultPlan } from "../../lib/faults/parse.ts";
import type { FaultFlags, NodeRange } from "../../lib/faults/plan.ts";
import { scheduleFaults } from "../../lib/faults/schedule.ts";
import {
  type LinkTransition,
  type Transition,
  transitionsOf,
} from "../../lib/faults/transitions.ts";
import { faultPlans } from "./arbitrary.ts";
import { scheduleOf, tenServers, threeReplicas } from "./runs.ts";

function transitions(flags: FaultFlags): Transition[] {
  return transitionsOf(scheduleOf(flags));
}

/** All links of one replica. */
const ALL = {
  links: "clients",
  left: "all",
  direction: "--",
  right: "all",
} as const;

/** A partition of the whole network, and its end. */
function window(fromTick: number, untilTick: number): Transition[] {
  return [
    { tick: fromTick, kind: "partition", ...ALL },
    { tick: untilTick, kind: "heal", ...ALL },
  ];
}

Deno.test("transitionsOf() of a plan without scheduled faults is empty", () => {
  assertEquals(transitions({}), []);
  assertEquals(transitions({ loss: "1", latency: "1s", duplicate: "1" }), []);
});

Deno.test("transitionsOf() lists crashes, restarts, pauses and resumes in order of time", () => {
  assertEquals(
    transitions({
      crash: ["LikesServer3@50s+5s", "primary@10s+1s", "LikesServer1@20s"],
      pause: ["LikesServer3@30s+20s"],
    }),
    [
      { tick: 100_000, kind: "crash", process: -1 },
      { tick: 110_000, kind: "restart", process: -1 },
      { tick: 200_000, kind: "crash", process: 1 },
      { tick: 300_000, kind: "pause", process: 3 },
      // Where one ends and another begins, the end comes first.
      { tick: 500_000, kind: "resume", process: 3 },
      { tick: 500_000, kind: "crash", process: 3 },
      { tick: 550_000, kind: "restart", process: 3 },
    ],
  );
});

Deno.test("transitionsOf() ends everything at the end of the run, except death", () => {
  assertEquals(
    transitions({
      crash: ["LikesServer3@68s+5s", "LikesServer4@68s"],
      pause: ["primary@68s+5s"],
      partition: ["68s..100s"],
    }),
    [
      { tick: 680_000, kind: "partition", ...ALL },
      { tick: 680_000, kind: "pause", process: -1 },
      { tick: 680_000, kind: "crash", process: 3 },
      { tick: 680_000, kind: "crash", process: 4 },
      { tick: 690_000, kind: "heal", ...ALL },
      { tick: 690_000, kind: "resume", process: -1 },
      { tick: 690_000, kind: "restart", process: 3 },
    ],
  );
});

Deno.test("transitionsOf() tells overlapping partitions as their union", () => {
  assertEquals(
    transitions({ partition: ["20s..40s", "30s..50s", "35s..36s"] }),
    window(200_000, 500_000),
  );
  assertEquals(
    transitions({ partition: ["20s..30s", "30s..40s"] }),
    window(200_000, 400_000),
  );
  assertEquals(
    transitions({ partition: ["20s..30s:->primary", "20s..30s:<-primary"] }),
    window(200_000, 300_000),
  );
  assertEquals(
    transitions({
      partition: ["20s..30s:LikesServer0-4", "20s..30s:LikesServer5-9"],
    }),
    window(200_000, 300_000),
  );
});

Deno.test("transitionsOf() tells what changes where partitions overlap in part", () => {
  assertEquals(
    transitions({
      partition: [
        "10s..30s:LikesServer0-4",
        "20s..40s:LikesServer3-6:->primary",
      ],
    }),
    [
      {
        tick: 100_000,
        kind: "partition",
        links: "clients",
        left: [{ first: 0, last: 4 }],
        direction: "--",
        right: "all",
      },
      {
        tick: 200_000,
        kind: "partition",
        links: "clients",
        left: [{ first: 5, last: 6 }],
        direction: "->",
        right: "all",
      },
      {
        tick: 300_000,
        kind: "heal",
        links: "clients",
        left: [{ first: 0, last: 2 }],
        direction: "--",
        right: "all",
      },
      {
        tick: 300_000,
        kind: "heal",
        links: "clients",
        left: [{ first: 3, last: 4 }],
        direction: "<-",
        right: "all",
      },
      {
        tick: 400_000,
        kind: "heal",
        links: "clients",
        left: [{ first: 3, last: 6 }],
        direction: "->",
        right: "all",
      },
    ],
  );
});

Deno.test("transitionsOf() alternates beginning and end, in order, for every process and link of any plan", () => {
  const run = threeReplicas();
  const plans = faultPlans(run, { neverRestarted: true });
  fc.assert(fc.property(plans, (faults) => {
    const plan = scheduleFaults({ ...run, faults });
    const down = new Map<number, string>();
    const cut = new Set<string>();
    let before = 0;
    for (const transition of transitionsOf(plan)) {
      assert(transition.tick >= before && transition.tick <= plan.endTick);
      before = transition.tick;
      if ("process" in transition) {
        const { kind, process } = transition;
        const expected = kind === "restart"
          ? "crash"
          : kind === "resume"
          ? "pause"
          : undefined;
        assertEquals(down.get(process), expected);
        if (expected === undefined) down.set(process, kind);
        else down.delete(process);
      } else {
        for (const link of pairsOf(transition)) {
          assertEquals(cut.has(link), transition.kind === "heal");
          if (transition.kind === "heal") cut.delete(link);
          else cut.add(link);
        }
      }
    }
    assertEquals(cut.size, 0);
    const dead = plan.crashes.filter(({ downTicks }) => downTicks > 2 ** 30);
    assertEquals([...down.keys()].sort(), dead.map((c) => c.process).sort());
  }));
});

/** Each pair of nodes, in the direction in which nothing passes. */
function pairsOf(transition: LinkTransition): string[] {
  const { links, left, direction, right } = transition;
  const replicas = [{ first: -3, last: -1 }];
  const clients = [
    { first: 0, last: 9 },
    { first: READER_FIRST, last: READER_FIRST + 2 },
  ];
  const found = new Set<string>();
  const other = nodesOf(right);
  for (const kind of links === "all" ? ["clients", "peers"] : [links]) {
    const all = left === "all" && kind === "clients";
    for (const a of nodesOf(all ? clients : left)) {
      for (const b of other) {
        if (a === b) continue;
        if (direction !== "<-") found.add(`${a} ${b}`);
        if (direction !== "->") found.add(`${b} ${a}`);
      }
    }
  }
  function nodesOf(ranges: readonly NodeRange[] | "all"): number[] {
    return (ranges === "all" ? replicas : ranges).flatMap(({ first, last }) =>
      Array.from({ length: last - first + 1 }, (_, i) => first + i)
    );
  }
  return [...found];
}

Deno.test("transitionsOf() tells of clients, and of replicas among each other", () => {
  const transitionsAt = (partition: string[], seconds: number) => {
    const run = threeReplicas();
    const faults = parseFaultPlan({ partition }, run);
    return transitionsOf(scheduleFaults({ ...run, faults }))
      .filter(({ tick }) => tick === seconds * 10_000)
      .map((transition) => {
        assert(!("process" in transition));
        const { tick: _, ...others } = transition;
        return others;
      });
  };
  const kind = "partition";
  const primary1 = [{ first: -2, last: -2 }];
  const others = [{ first: -3, last: -3 }, { first: -1, last: -1 }];
  assertEquals(transitionsAt(["1s..2s"], 1), [
    { kind, ...ALL, links: "all" },
  ]);
  assertEquals(transitionsAt(["1s..2s:primary--primary"], 1), [
    { kind, ...ALL, links: "peers" },
  ]);
  assertEquals(transitionsAt(["1s..2s:primary"], 1), [{ kind, ...ALL }]);
  assertEquals(transitionsAt(["1s..2s:primary1"], 1), [
    { kind, ...ALL, right: primary1 },
    { kind, links: "peers", left: others, direction: "--", right: primary1 },
  ]);
  assertEquals(
    transitionsAt(["1s..2s:->primary", "1s..3s:Reader1"], 2),
    [{
      kind: "heal",
      links: "clients",
      left: [
        { first: 0, last: 9 },
        { first: READER_FIRST, last: READER_FIRST },
        { first: READER_FIRST + 2, last: READER_FIRST + 2 },
      ],
      direction: "->",
      right: "all",
    }],
  );
});

Deno.test("unitedLinks() of one replica leaves one set each direction, of any plan", () => {
  const run = tenServers();
  fc.assert(fc.property(faultPlans(run, { eventsMax: 9 }), (plan) => {
    const population = populationOf(run);
    const links = plan.partitions.flatMap((one) => linksOf(one, population));
    const united = unitedLinks(links);
    assert(united.length <= 2);
    for (const { from, to } of united) {
      assert([from, to].some((side) => side[0]?.first === PRIMARY));
    }
  }));
});

Deno.test("united() makes ranges that are apart, replicas and likes servers by themselves", () => {
  const ranges = [[7, 7], [1, 3], [-1, -1], [4, 4], [2, 2], [-3, -2], [9, 9]];
  assertEquals(
    united(rangesOf(ranges)),
    rangesOf([[-3, -1], [1, 4], [7, 7], [9, 9]]),
  );
});

Deno.test("rangesWithout() takes nodes away at either end, in the middle and entirely", () => {
  const cases: [number[][], number[][], number[][]][] = [
    [[[0, 9]], [], [[0, 9]]],
    [[[0, 9]], [[0, 9]], []],
    [[[0, 9]], [[0, 2]], [[3, 9]]],
    [[[0, 9]], [[7, 12]], [[0, 6]]],
    [[[0, 9]], [[2, 3], [5, 5]], [[0, 1], [4, 4], [6, 9]]],
    [[[0, 2], [5, 9]], [[2, 5]], [[0, 1], [6, 9]]],
    [[[3, 4]], [[0, 1], [8, 9]], [[3, 4]]],
    [[], [[0, 9]], []],
  ];
  for (const [ranges, without, rest] of cases) {
    assertEquals(
      rangesWithout(rangesOf(ranges), rangesOf(without)),
      rangesOf(rest),
    );
  }
});

function rangesOf(pairs: number[][]): NodeRange[] {
  return pairs.map(([first = 0, last = 0]) => ({ first, last }));
}
