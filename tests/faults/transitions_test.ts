import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { cutStretches, rangesWithout } from "../../lib/faults/cuts.ts";
import type { FaultFlags } from "../../lib/faults/plan.ts";
import { scheduleFaults } from "../../lib/faults/schedule.ts";
import {
  type Transition,
  transitionsOf,
} from "../../lib/faults/transitions.ts";
import { faultPlans } from "./arbitrary.ts";
import { scheduleOf, tenServers } from "./runs.ts";

function transitions(flags: FaultFlags): Transition[] {
  return transitionsOf(scheduleOf(flags));
}

/** A partition of the whole network, and its end. */
function window(fromTick: number, untilTick: number): Transition[] {
  const all = { servers: "all", cut: "both" } as const;
  return [
    { tick: fromTick, kind: "partition", ...all },
    { tick: untilTick, kind: "heal", ...all },
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
      { tick: 680_000, kind: "partition", servers: "all", cut: "both" },
      { tick: 680_000, kind: "pause", process: -1 },
      { tick: 680_000, kind: "crash", process: 3 },
      { tick: 680_000, kind: "crash", process: 4 },
      { tick: 690_000, kind: "heal", servers: "all", cut: "both" },
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
        servers: [{ first: 0, last: 4 }],
        cut: "both",
      },
      {
        tick: 200_000,
        kind: "partition",
        servers: [{ first: 5, last: 6 }],
        cut: "reports",
      },
      {
        tick: 300_000,
        kind: "heal",
        servers: [{ first: 0, last: 2 }],
        cut: "both",
      },
      {
        tick: 300_000,
        kind: "heal",
        servers: [{ first: 3, last: 4 }],
        cut: "replies",
      },
      {
        tick: 400_000,
        kind: "heal",
        servers: [{ first: 3, last: 6 }],
        cut: "reports",
      },
    ],
  );
});

Deno.test("transitionsOf() alternates beginning and end, in order, for every process and link of any plan", () => {
  const run = tenServers();
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
        for (const link of linksOf(transition)) {
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

function linksOf(transition: Transition): string[] {
  if ("process" in transition) return [];
  const ranges = transition.servers === "all"
    ? [{ first: 0, last: 9 }]
    : transition.servers;
  const ways = transition.cut === "both"
    ? ["reports", "replies"]
    : [transition.cut];
  return ranges.flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i)
  ).flatMap((server) => ways.map((way) => `${server} ${way}`));
}

Deno.test("cutStretches() merges names into ranges that are apart", () => {
  const partition = [
    "1s..2s:LikesServer7,LikesServer1-3,LikesServer4,LikesServer2",
  ];
  const stretches = cutStretches(scheduleOf({ partition }));
  assertEquals(stretches.map(({ reports }) => [...reports]), [
    [],
    [1, 4, 7, 7],
    [],
  ]);
});

Deno.test("rangesWithout() takes ids away at either end, in the middle and entirely", () => {
  const cases: [number[], number[], number[]][] = [
    [[0, 9], [], [0, 9]],
    [[0, 9], [0, 9], []],
    [[0, 9], [0, 2], [3, 9]],
    [[0, 9], [7, 12], [0, 6]],
    [[0, 9], [2, 3, 5, 5], [0, 1, 4, 4, 6, 9]],
    [[0, 2, 5, 9], [2, 5], [0, 1, 6, 9]],
    [[3, 4], [0, 1, 8, 9], [3, 4]],
    [[], [0, 9], []],
  ];
  for (const [ranges, without, rest] of cases) {
    assertEquals(
      [...rangesWithout(Int32Array.from(ranges), Int32Array.from(without))],
      rest,
    );
  }
});
