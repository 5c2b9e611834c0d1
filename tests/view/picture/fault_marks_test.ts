import { assertEquals } from "@std/assert";
import { parseFaultPlan } from "../../../lib/faults/parse.ts";
import type { FaultFlags } from "../../../lib/faults/plan.ts";
import { scheduleFaults } from "../../../lib/faults/schedule.ts";
import {
  describeFault,
  extentOf,
  faultLabel,
  faultMarks,
  isInForce,
} from "../../../lib/view/picture/fault_marks.ts";
import type { FaultMark } from "../../../lib/view/picture/picture.ts";

/** Marks of a run of ten likes servers, 300 s long. */
function marksOf(flags: FaultFlags): FaultMark[] {
  const run = {
    servers: 10,
    spawnIntervalTicks: 0,
    lifetimeTicks: 3_000_000,
    seed: 7,
  };
  const faults = parseFaultPlan(flags, run);
  return faultMarks(scheduleFaults({ ...run, faults }));
}

Deno.test("faultMarks() tells every kind of fault, in the order of their beginnings", () => {
  const marks = marksOf({
    partition: ["60s..120s", "10s..20s:LikesServer0-4:<-primary"],
    crash: ["primary@100s+10s", "LikesServer3@50s"],
    pause: ["LikesServer2@30s+20s"],
  });
  assertEquals(marks.map(describeFault), [
    "10 to 20 s: partition LikesServer0-4, replies only",
    "30 to 50 s: LikesServer2 paused",
    "from 50 s: LikesServer3 killed, never restarted",
    "60 to 120 s: partition",
    "100 to 110 s: primary killed",
  ]);
  assertEquals(marks.map(extentOf), ["some", "some", "moment", "all", "all"]);
});

Deno.test("faultMarks() names replicas and groups as plans do, all replicas as one", () => {
  const run = {
    servers: 10,
    replicas: 3,
    readers: 2,
    spawnIntervalTicks: 0,
    lifetimeTicks: 3_000_000,
    seed: 7,
  };
  const faults = parseFaultPlan({
    partition: [
      "1s..2s:primary1",
      "2s..3s:primary0,LikesServer0-4--primary1-2",
      "3s..4s:primary0->primary1",
      "4s..5s:Reader0:->primary",
    ],
    crash: ["primary@10s+1s", "primary1@20s+1s"],
    pause: ["primary2@30s+1s"],
  }, run);
  const marks = faultMarks(scheduleFaults({ ...run, faults }));
  assertEquals(marks.map(faultLabel), [
    "partition primary1",
    "partition primary0,LikesServer0-4--primary1-2",
    "partition primary0->primary1",
    "partition Reader0, reports only",
    "primary killed",
    "primary1 killed",
    "primary2 paused",
  ]);
  assertEquals(marks.map(extentOf), [
    ...["some", "some", "some", "some", "all", "some", "some"],
  ]);
});

Deno.test("faultMarks() ends with the run what would last longer", () => {
  const [mark] = marksOf({ crash: ["LikesServer3@290s+60s"] });
  assertEquals(mark?.untilSeconds, 300);
});

Deno.test("faultLabel() tells which way a partition cuts", () => {
  const marks = marksOf({ partition: ["1s..2s:->primary"] });
  assertEquals(marks.map(faultLabel), ["partition, reports only"]);
});

Deno.test("isInForce() is from the beginning up to, but not including, the end", () => {
  const mark = {
    kind: "partition",
    fromSeconds: 1,
    untilSeconds: 2,
    who: "all",
  } as const;
  assertEquals([0.9, 1, 1.9, 2].map((at) => isInForce(mark, at)), [
    false,
    true,
    true,
    false,
  ]);
  assertEquals(isInForce({ ...mark, untilSeconds: null }, 1e9), true);
});

Deno.test("describeFault() does not say of an unplanned kill that nobody restarts", () => {
  assertEquals(
    describeFault({
      kind: "crash",
      fromSeconds: 1,
      untilSeconds: null,
      who: "primary",
      unplanned: true,
    }),
    "from 1 s: primary killed",
  );
});
